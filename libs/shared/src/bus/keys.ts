import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { publicKeyText, seedBytes, seedText } from './nkey-text.ts';

export interface KeyPair {
  /** Begins with `SU`; whoever holds it is that identity. */
  readonly seed: string;
  /** Begins with `U`; stands in the server's configuration. */
  readonly publicKey: string;
}

/** What the server is told of whoever connects. */
export interface Proof {
  readonly nkey: string;
  /** Of the server's nonce. */
  readonly sig: string;
}

export function generateKey(): KeyPair {
  return readKey(seedText(randomBytes(32)));
}

/** Throws when the text is no nkey seed of a user. */
export function readKey(seed: string): KeyPair {
  const text = seed.trim();
  return { seed: text, publicKey: publicKeyOf(privateKey(text)) };
}

/**
 * What connects as the holder of a seed: called with a server's nonce, it tells who that is and signs. The
 * package's own does the same in plain JavaScript, which takes a large part of the time that a short command
 * has. Throws as `readKey`.
 */
export function prover(seed: string): (nonce?: string) => Proof {
  const key = privateKey(seed.trim());
  const nkey = publicKeyOf(key);
  return (nonce = '') => ({ nkey, sig: sign(null, Buffer.from(nonce), key).toString('base64url') });
}

/**
 * As a JSON Web Key, RFC 8037: `d` is the seed, `x` the public key, both in base64url without padding. To read or
 * write ASN.1 instead, Node gets several milliseconds' worth of OpenSSL ready. Of a private key it takes `d` alone;
 * `x` only has to be there.
 */
const CURVE = { kty: 'OKP', crv: 'Ed25519' };

function privateKey(seed: string): KeyObject {
  const d = Buffer.from(seedBytes(seed)).toString('base64url');
  return createPrivateKey({ key: { ...CURVE, d, x: '' }, format: 'jwk' });
}

function publicKeyOf(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return publicKeyText(Buffer.from(x, 'base64url'));
}
