import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * Whether two `SubjectPublicKeyInfo` in DER are of the same key, which may be written in several ways. False
 * for what is no key.
 */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  try {
    return keyOf(one).equals(keyOf(other));
  } catch {
    return false;
  }
}

function keyOf(der: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
}
