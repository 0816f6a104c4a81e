import { connect } from 'nats';
import type { Identity } from '../../contracts/identities.ts';
import { prover } from '../keys.ts';

/** What every client may ask, and no service of ours answers: what micro services are found by begins like it. */
export const EMPTY_SUBJECT = '$SRV.ALBATROSS.nothing';

/**
 * Answers every request under `EMPTY_SUBJECT` with an empty message, with nothing of ours in between: what any
 * service that is a Node process costs at least. Resolves when it does.
 */
export async function serveEmpty(
  url: string,
  { identity, seed }: { readonly identity: Identity; readonly seed: string },
): Promise<void> {
  const connection = await connect({
    servers: url,
    authenticator: prover(seed),
    inboxPrefix: `_INBOX.${identity}`,
  });
  connection.subscribe(EMPTY_SUBJECT, { callback: (_, message) => void message.respond() });
  await connection.flush();
}
