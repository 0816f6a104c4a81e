import type { SecureContext } from 'node:tls';
import { haveAddon, PLACES } from './addon.ts';

/**
 * Lets clients whose connection has this context show certificates of so many bytes instead of 100 KiB. False,
 * and nothing is changed, without the addon. Never throws.
 */
export function liftCertificateLimit(
  context: SecureContext,
  bytes: number,
  places: readonly string[] = PLACES,
): boolean {
  return haveAddon('liftCertificateLimit', context, [bytes], places);
}
