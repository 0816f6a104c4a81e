import { readPemOf } from '../../../libs/pki/src/pem.ts';
import { readSigningRequest } from '../../../libs/pki/src/signing-request.ts';
import { byteOutcome } from './byte-outcome.ts';
import { ISSUE_STEPS, type IssueStep } from './byte-steps.ts';
import type { Outcome } from './cell.ts';
import { recordedRequestPem } from './recorded.ts';
import { askedFor, recordedCertificate, rootAs, signedAs } from './recorded-certificates.ts';

/** Signs once more what the original signed. */
export async function tryIssues(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of ISSUE_STEPS) {
    const recorded = recordedCertificate(step.certificate);
    const isSame = Buffer.from(await signedAgain(step, recorded)).equals(recorded.der);
    const likeness = isSame ? 'the same bytes' : 'something else';
    outcomes.push(byteOutcome(issueTitle(step), { likeness: 'the same bytes' }, likeness));
  }
  return outcomes;
}

export function issueTitle({ request, certificate }: IssueStep): string {
  return request === null ? certificate : `${request}.req to ${certificate}`;
}

async function signedAgain(
  { request }: IssueStep,
  recorded: ReturnType<typeof recordedCertificate>,
): Promise<Uint8Array> {
  if (request !== null) {
    const [der = new Uint8Array()] = readPemOf(
      'CERTIFICATE REQUEST',
      recordedRequestPem(request),
      request,
    );
    return await signedAs(recorded, readSigningRequest(der));
  }
  const isRoot = recorded.subject.text === recorded.issuer.text;
  return isRoot ? await rootAs(recorded) : await signedAs(recorded, askedFor(recorded));
}
