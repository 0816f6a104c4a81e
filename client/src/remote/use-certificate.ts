import { Failure } from '@albatross/shared/contracts/failures';
import { withPki } from '../issuing.ts';
import type { Session } from '../session.ts';
import { STDOUT } from '../write-file.ts';
import { askedWith } from './certificate-names.ts';
import { converse } from './converse.ts';
import { preparedCredentials, type PreparedFiles } from './credentials.ts';
import type { HostPort } from './destination-options.ts';
import { withContent } from './prepared-content.ts';
import { whyNotThere } from './protocol-limits.ts';
import { saveAnswer, type Ask, type Question } from './save-answer.ts';
import { showAnswer } from './show-answer.ts';

/** What is given beside the certificate. */
interface Extras {
  /** File of what its command needs. */
  readonly content?: string;
  /** Where bytes go that come back. */
  readonly output?: string;
  readonly force?: true;
}

/**
 * Has a server do what a certificate is for that somebody signed, and shows or saves what comes back. Throws
 * a `Failure`.
 */
export async function useCertificate(
  session: Session,
  server: HostPort,
  files: PreparedFiles,
  extras: Extras,
): Promise<void> {
  await withPki(async (pki) => {
    const { credentials, name, command } = await preparedCredentials(pki, files);
    const why = whyNotThere(command, 'remote');
    if (why !== null) throw new Failure('USAGE_INVALID', why);
    await withContent(command, extras.content, session.output, async (content) => {
      const ask: Ask = async (show, onReceived) =>
        await converse(server, credentials, { command, ...content, onReceived }, show);
      await answer(session, { name, command }, extras, ask);
    });
  });
}

async function answer(
  { output }: Session,
  question: Question,
  extras: Extras,
  ask: Ask,
): Promise<void> {
  const { name, command } = question;
  const target = { file: extras.output, force: extras.force ?? false };
  const saved = await saveAnswer(output, question, target, ask);
  if (saved === null) {
    if (target.file !== undefined)
      throw new Failure('USAGE_INVALID', '--output cannot be given: nothing comes that is saved');
    return await ask(showAnswer(output, askedWith(name), command), () => undefined);
  }
  const { path, sizeBytes } = saved;
  if (path === STDOUT) return;
  output.done({ name, file: path, sizeBytes }, `saved ${name} to ${path}: ${sizeBytes} bytes`);
}
