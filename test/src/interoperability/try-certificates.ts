import { answerToCertificate } from './answer.ts';
import type { Outcome } from './cell.ts';
import { CERTIFICATE_STEPS, type CertificateStep } from './certificate-steps.ts';
import { expectedOutcome, outcomeOf } from './answer-outcome.ts';
import type { Ground } from './ground.ts';
import { recordedChainPem, recordedKeyPem, recordedStream } from './recorded.ts';
import { tally, type Tried } from './tried.ts';

/** What is expected of each of them. */
export function expectedOfCertificates(): Tried {
  return tally(CERTIFICATE_STEPS, (step) => expectedOutcome(titleOf(step), step));
}

/** Shows our endpoint the certificates of the original, one after the other. */
export async function tryCertificates(ground: Ground): Promise<Tried> {
  await using endpoint = await ground.endpoint('cacert.pem', 'server.pem', 'server.key');
  await using doorway = await ground.doorway(endpoint);
  const outcomes: Outcome[] = [];
  for (const step of CERTIFICATE_STEPS) {
    const { leaf, key = leaf, content, answered, frames } = step;
    const shown = {
      path: doorway.path,
      chain: recordedChainPem(`leaves/${leaf}`),
      key: recordedKeyPem(key),
      content: content === undefined ? NOTHING : recordedStream(`chunks/${content}`),
    };
    const ours = await answerToCertificate(shown, frames === undefined ? undefined : { frames });
    const theirs = answered === null ? NOTHING : recordedStream(answered);
    outcomes.push(outcomeOf(titleOf(step), step, ours, theirs));
  }
  return tally(CERTIFICATE_STEPS, (_, index) => outcomes[index]);
}

const NOTHING = Buffer.alloc(0);

function titleOf({ leaf, content }: CertificateStep): string {
  return content === undefined ? leaf : `${leaf}, with content`;
}
