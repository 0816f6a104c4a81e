import { Failure } from '@albatross/shared/contracts/failures';
import { describeServer, type HostPort } from './destination-options.ts';

/** Nobody is there, or there is no way to it. */
export function unreachable(server: HostPort, error: unknown): Failure {
  const message = `no connection to ${describeServer(server)}: ${reasonOf(error)}`;
  return new Failure('REMOTE_UNREACHABLE', message);
}

/** The server is another one than was meant. */
export function untrusted(server: HostPort, error: unknown): Failure {
  const message = `the certificate of ${describeServer(server)} is not trusted: ${reasonOf(error)}; it was told nothing`;
  return new Failure('SERVER_UNTRUSTED', message);
}

/** Something went wrong on the way; or the server says that it is the certificates that were shown. */
export function lost(server: HostPort, error: unknown): Failure {
  const [, alert] = ABOUT_CERTIFICATES.exec(codeOf(error)) ?? [];
  const where = describeServer(server);
  if (alert !== undefined) {
    const why = alert.toLowerCase().replaceAll('_', ' ');
    const message = `${where} does not accept the certificates that it was shown: ${why}`;
    return new Failure('CLIENT_UNTRUSTED', message);
  }
  return new Failure('REMOTE_LOST', `the connection to ${where} broke: ${reasonOf(error)}`);
}

/** What came is not what such a server sends. */
export function unreadable(server: HostPort, why: string): Failure {
  const message = `what ${describeServer(server)} sent cannot be read: ${why}`;
  return new Failure('REMOTE_LOST', message);
}

/**
 * The alerts of RFC 8446, 6.2, that speak of the client's certificates, as OpenSSL calls them. `decrypt_error`
 * is a signature that is wrong, as of another authority that has the same name.
 */
const ABOUT_CERTIFICATES =
  /^ERR_SSL_\w+?_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|CERTIFICATE_REQUIRED|DECRYPT_ERROR)$/;

/** One line; of the several addresses of a name what is wrong with each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError)
    return [...new Set(error.errors.map(reasonOf))].join(', ') || codeOf(error);
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
