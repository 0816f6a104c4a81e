import { Failure, isFailureCode } from '@albatross/shared/contracts/failures';

/** What a server answered instead of doing it. Its exit status is that of a refusal, whatever its code. */
export class ServerRefusal extends Failure {}

/**
 * Ours say with which code they refuse, as a client prints it: `there is none of this name [BLOCK_NOT_FOUND]`;
 * before they listen to a client, with a reason of their own: `the certificate ... was revoked [revoked]`. The
 * original's have words only.
 */
export function refusalOf(text: string): Failure {
  const [, message = '', code = ''] = /^(.*) \[([A-Za-z_-]{1,64})\]$/s.exec(text) ?? [];
  if (isFailureCode(code)) return new ServerRefusal(code, message);
  if (code === FULL) return new ServerRefusal('BUSY', message);
  return /^[a-z-]+$/.test(code)
    ? new Failure('CLIENT_UNTRUSTED', `the server refused: ${message}`, { reason: code })
    : new ServerRefusal('REMOTE_REFUSED', `the server refused: ${text}`);
}

/** All other reasons are about the certificates. */
const FULL = 'too-many-sessions';
