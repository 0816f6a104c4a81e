import { printable } from '@albatross/wire';
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { plainRefusal, type SessionRefusal, type SessionRefusalReason } from './refusal-reasons.ts';

/** More than are looked at; one that sends as many is refused for that. */
const SENT_MAX = 64;

/** The handshake came to nothing. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  readonly refusal: SessionRefusal;

  constructor(refusal: SessionRefusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * TLS with a client. Whatever certificates it sends will do, or none: somebody who is refused for them is to
 * be told why, within TLS. Throws `HandshakeError`, or the signal's reason, and the socket is gone then.
 */
export async function shakeHands(
  raw: Socket,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<TLSSocket> {
  signal.throwIfAborted();
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext,
    requestCert: true,
    rejectUnauthorized: false,
  });
  // Without this, Node keeps a socket open whose records went wrong after the handshake.
  socket.on('_tlsError', (error: Error) => socket.destroy(error));
  // For whoever listens to it as long as nobody else does; a later error is told to who has the socket then.
  socket.on('error', () => undefined);
  try {
    await secured(socket, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secured(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  let forget = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => reject(new HandshakeError(refusalOf(error)));
      const gone = (): void => reject(new HandshakeError(plainRefusal('client-gone')));
      const late = (): void => reject(signal.reason as Error);
      socket.once('secure', resolve).once('error', fail).once('end', gone).once('close', gone);
      signal.addEventListener('abort', late, { once: true });
      forget = () => {
        socket.off('secure', resolve).off('error', fail).off('end', gone).off('close', gone);
        signal.removeEventListener('abort', late);
      };
    });
  } finally {
    forget();
  }
}

/** What OpenSSL calls it, and Node's codes for what becomes of a connection. */
const REASONS: Readonly<Record<string, SessionRefusalReason>> = {
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'certificate-too-large',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_HTTPS_PROXY_REQUEST: 'not-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-version',
  ECONNRESET: 'client-gone',
  EPIPE: 'client-gone',
};

function refusalOf(
  error: Error & { readonly code?: string; readonly reason?: string },
): SessionRefusal {
  const known = REASONS[error.code ?? ''];
  if (known !== undefined) return plainRefusal(known);
  const why = error.reason ?? error.message;
  return { reason: 'handshake-failed', message: `the TLS handshake failed: ${printable(why)}` };
}

/**
 * All certificates that a client sent, the leaf first. It is nothing but a bag: what OpenSSL and Node make of
 * them proves nothing. The first walk uses the list up, so this may be called once.
 */
export function sentCertificates(socket: TLSSocket): readonly Uint8Array[] {
  const sent: Uint8Array[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && sent.length < SENT_MAX) {
    sent.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return sent;
}
