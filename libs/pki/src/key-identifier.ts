import { decodeDer } from '@albatross/wire';
import { createHash } from 'node:crypto';
import { readPublicKey } from './public-key.ts';

/** By which certificates name the key of their issuer: the SHA-1 of the key's own bits. */
export function keyIdentifierOf(publicKey: Uint8Array): Uint8Array {
  return createHash('sha1').update(decodeDer(publicKey, readPublicKey).bits).digest();
}
