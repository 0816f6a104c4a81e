import { StartError } from '@albatross/shared/runtime/run';
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { LARGE_CERTIFICATES_BYTES_MAX, type TurnSize } from './handshake-turns.ts';
import type { ServerIdentity } from './server-files.ts';
import { leaveUnjudged } from './unjudged-certificates.ts';

/**
 * The original's, but for CCM and the groups of larger primes: one handshake with ffdhe8192 takes 200 ms of
 * the only thread there is, and any stranger may ask for it.
 */
const GROUPS = 'X25519:P-384:P-256:P-521:ffdhe2048:ffdhe3072';
const SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
].join(':');

/** How the gateway speaks TLS, with the limit of either kind of turn. */
export interface SecureContexts {
  readonly small: SecureContext;
  /** Null where the addon is not there. */
  readonly large: SecureContext | null;
}

/** Lifts OpenSSL's limit for the certificates of clients; false where that cannot be done. */
export type LiftLimit = (context: SecureContext, bytes: number) => boolean;

/** Throws `StartError` for what OpenSSL does not take. */
export function makeSecureContexts(identity: ServerIdentity, lift: LiftLimit): SecureContexts {
  const small = secureContext(identity);
  const large = secureContext(identity);
  const isLifted = lift(large, LARGE_CERTIFICATES_BYTES_MAX);
  return { small, large: isLifted ? large : null };
}

export function contextFor({ small, large }: SecureContexts, size: TurnSize): SecureContext {
  return size === 'large' && large !== null ? large : small;
}

function secureContext({ certificates, key }: ServerIdentity): SecureContext {
  try {
    const context = createSecureContext({
      cert: certificates,
      key,
      // No hints about acceptable authorities, and nobody is trusted by OpenSSL: the chain is verified here.
      ca: [],
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ciphers: SUITES,
      ecdhCurve: GROUPS,
      // A resumed session would show the leaf alone, verified by nobody.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
    leaveUnjudged(context);
    return context;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`CERT, KEY: OpenSSL does not take them: ${why}`);
  }
}
