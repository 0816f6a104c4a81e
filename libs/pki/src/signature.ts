import { decodeDer, WireError, type Decode, type DerReader } from '@albatross/wire';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readAlgorithm } from './algorithm.ts';
import { readWholeBytes } from './bit-string.ts';
import { OID } from './object-identifier.ts';
import { keyProblem, type PublicKey } from './public-key.ts';

/** What somebody signed, and how: views of what it was read from. */
export interface Signature {
  readonly content: Uint8Array;
  readonly value: Uint8Array;
  readonly algorithm: SigningAlgorithm;
}

export interface SigningAlgorithm {
  readonly der: Uint8Array;
  readonly type: string;
  /** Null for one that nothing may be signed with, as all with SHA-1. */
  readonly scheme: Scheme | null;
}

interface Scheme {
  readonly key: PublicKey['key']['kind'];
  /** Null where the scheme has one of its own. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

/**
 * ```asn1
 * SIGNED ::= SEQUENCE {
 *   content             -- with the algorithm in it once more
 *   signatureAlgorithm  AlgorithmIdentifier,
 *   signatureValue      BIT STRING }
 * ```
 *
 * Reads what certificates and revocation lists are in; nothing is verified. Throws `WireError`.
 */
export function readSigned<T extends { readonly algorithm: SigningAlgorithm }>(
  bytes: Uint8Array,
  decode: Decode<T>,
): { readonly value: T; readonly signature: Signature } {
  return decodeDer(bytes, (whole) =>
    whole.sequence((parts) => {
      const { value, bytes: content } = parts.withBytes(decode);
      const { offset } = parts;
      const { der } = readSigningAlgorithm(parts);
      if (Buffer.compare(der, value.algorithm.der) !== 0) {
        const expected = 'the algorithm that is in what was signed';
        throw new WireError({ offset, expected, found: 'another' });
      }
      const { algorithm } = value;
      return { value, signature: { content, value: readWholeBytes(parts), algorithm } };
    }),
  );
}

/** An `AlgorithmIdentifier`. Throws `WireError`. */
export function readSigningAlgorithm(reader: DerReader): SigningAlgorithm {
  const { value, bytes } = reader.withBytes(readAlgorithm);
  const { type, parameters } = value;
  const scheme = SCHEMES.get(type);
  const mayBe = parameters === null || (scheme?.key === 'rsa' && parameters === 'NULL');
  return { der: bytes, type, scheme: scheme !== undefined && mayBe ? scheme : null };
}

/** Whether this key signed it. Keys and algorithms that are not accepted sign nothing. */
export function isSignedBy(
  { content, value, algorithm }: Signature,
  publicKey: PublicKey,
): boolean {
  const { scheme } = algorithm;
  if (scheme === null || scheme.key !== publicKey.key.kind) return false;
  const key = keyObject(publicKey);
  return key !== null && verify(scheme.hash, content, key, value);
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  [OID.sha256WithRSAEncryption, { key: 'rsa', hash: 'sha256' }],
  [OID.sha384WithRSAEncryption, { key: 'rsa', hash: 'sha384' }],
  [OID.sha512WithRSAEncryption, { key: 'rsa', hash: 'sha512' }],
  [OID.ecdsaWithSHA256, { key: 'ec', hash: 'sha256' }],
  [OID.ecdsaWithSHA384, { key: 'ec', hash: 'sha384' }],
  [OID.ecdsaWithSHA512, { key: 'ec', hash: 'sha512' }],
  [OID.ed25519, { key: 'ed25519', hash: null }],
]);

/** OpenSSL takes longer to read a key than to verify with it, and an authority has one for as long as it is kept. */
const keyObjects = new WeakMap<PublicKey, KeyObject | null>();

function keyObject(publicKey: PublicKey): KeyObject | null {
  const known = keyObjects.get(publicKey);
  if (known !== undefined) return known;
  const read = keyProblem(publicKey) === null ? readKey(publicKey) : null;
  keyObjects.set(publicKey, read);
  return read;
}

/** Null for a key that none can be, as a point that is not on its curve. */
function readKey(publicKey: PublicKey): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(publicKey.der), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
