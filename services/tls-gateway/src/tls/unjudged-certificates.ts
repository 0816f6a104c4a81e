import type { SecureContext } from 'node:tls';
import { haveAddon, PLACES } from './addon.ts';

/**
 * Spares OpenSSL to judge the certificates of clients whose connection has this context. It would look for a
 * path and verify a signature, and Node has it go on whatever comes of that. That the client has the key of
 * its certificate is still verified in each handshake. False, and nothing is changed, without the addon.
 * Never throws.
 */
export function leaveUnjudged(context: SecureContext, places: readonly string[] = PLACES): boolean {
  return haveAddon('passOverCertificates', context, [], places);
}
