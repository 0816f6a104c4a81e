import { decodeDer, TAG, WireError, type DerReader } from '@albatross/wire';
import { readAlgorithm, type AlgorithmIdentifier } from './algorithm.ts';
import { readWholeBytes } from './bit-string.ts';
import { OID } from './object-identifier.ts';

/** Weaker RSA keys are not accepted. The original's bound. */
export const RSA_ACCEPTED_BITS_MIN = 1024;
/** Nor larger ones: OpenSSL uses none. */
export const RSA_ACCEPTED_BITS_MAX = 16_384;
/** Nor those of larger exponents, which make a signature take longer to verify; customary are 65537 and 3. */
export const RSA_EXPONENT_BITS_MAX = 32;

export type KeyKind =
  | { readonly kind: 'rsa'; readonly bits: number; readonly exponentBits: number }
  | { readonly kind: 'ec'; readonly curve: string | null }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'other'; readonly type: string };

export interface PublicKey {
  /** A `SubjectPublicKeyInfo`: a view of what it was read from. */
  readonly der: Uint8Array;
  /** What is hashed to tell keys apart. */
  readonly bits: Uint8Array;
  readonly key: KeyKind;
}

/**
 * ```asn1
 * SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
 * ```
 *
 * Throws `WireError`.
 */
export function readPublicKey(reader: DerReader): PublicKey {
  const { value, bytes } = reader.withBytes((whole) =>
    whole.sequence((parts) => {
      const algorithm = readAlgorithm(parts);
      const { offset } = parts;
      const bits = readWholeBytes(parts);
      return { bits, key: keyKind(algorithm, bits, offset) };
    }),
  );
  return { der: bytes, ...value };
}

/**
 * The type of a key, a `SubjectPublicKeyInfo` in DER, as keys are asked for: `rsa2048`, `ed25519` or `p256`;
 * of others the object identifier. Throws `WireError`.
 */
export function keyTypeText(der: Uint8Array): string {
  const { key } = decodeDer(der, readPublicKey);
  switch (key.kind) {
    case 'rsa':
      return `rsa${key.bits}`;
    case 'ec':
      return CURVES.get(key.curve ?? '') ?? `a curve of the type ${key.curve}`;
    case 'ed25519':
      return 'ed25519';
    case 'other':
      return key.type;
  }
}

/** Why a key may be nobody's; null when it may. */
export function keyProblem({ key }: PublicKey): string | null {
  switch (key.kind) {
    case 'rsa':
      return rsaProblem(key);
    case 'ec':
      return key.curve === null || !CURVES.has(key.curve)
        ? 'is on another curve than P-256, P-384 and P-521'
        : null;
    case 'ed25519':
      return null;
    case 'other':
      return `is of the type ${key.type}, which is none of RSA, ECDSA and Ed25519`;
  }
}

function rsaProblem({ bits, exponentBits }: KeyKind & { kind: 'rsa' }): string | null {
  if (bits < RSA_ACCEPTED_BITS_MIN || bits > RSA_ACCEPTED_BITS_MAX)
    return `is RSA of ${bits} bits; there may be ${RSA_ACCEPTED_BITS_MIN} to ${RSA_ACCEPTED_BITS_MAX}`;
  if (exponentBits < 2 || exponentBits > RSA_EXPONENT_BITS_MAX)
    return `is RSA with an exponent of ${exponentBits} bits; there may be 2 to ${RSA_EXPONENT_BITS_MAX}`;
  return null;
}

const RSA = '1.2.840.113549.1.1.1';
const CURVES: ReadonlyMap<string, string> = new Map([
  [OID.secp256r1, 'p256'],
  [OID.secp384r1, 'p384'],
  [OID.secp521r1, 'p521'],
]);

function keyKind(
  { type, parameters }: AlgorithmIdentifier,
  bits: Uint8Array,
  offset: number,
): KeyKind {
  if (type === RSA && parameters === 'NULL') return readRsaKey(bits, offset);
  if (type === OID.ecPublicKey) return { kind: 'ec', curve: parameters };
  if (type === OID.ed25519 && parameters === null) return { kind: 'ed25519' };
  return { kind: 'other', type };
}

/**
 * ```asn1
 * RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
 * ```
 */
function readRsaKey(bits: Uint8Array, offset: number): KeyKind {
  try {
    return decodeDer(bits, (whole) =>
      whole.sequence((key) => ({
        kind: 'rsa',
        bits: bitsOf(key.content(TAG.integer)),
        exponentBits: bitsOf(key.content(TAG.integer)),
      })),
    );
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new WireError({ offset, expected: 'RSAPublicKey', found: 'another' });
  }
}

/** Of an INTEGER above 0, in as few bytes as possible; 0 for all others. */
function bitsOf(content: Uint8Array): number {
  const start = content[0] === 0 ? 1 : 0;
  const first = content[start] ?? 0;
  // The first bit is the sign, and a byte of zeros before it is there for that alone.
  if (first === 0 || first >= 0x80 !== (start === 1)) return 0;
  return (content.length - start) * 8 - (Math.clz32(first) - 24);
}
