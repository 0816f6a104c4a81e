import { der } from '@albatross/wire';
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { IssueError } from './issue-error.ts';
import {
  describeKey,
  keyFamilyOf,
  RSA_BITS_MIN,
  type KeyFamily,
  type KeyType,
} from './key-type.ts';
import { objectIdentifier, OID } from './object-identifier.ts';

/** A private key that certificates can be signed with. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly family: KeyFamily;
  /** Its public half, a `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
}

export async function generatePrivateKey(type: KeyType): Promise<PrivateKey> {
  return privateKeyOf(await generate(type));
}

/** Throws `IssueError` `KEY_INVALID` for a key that nothing is signed with; `where` is what it was found in. */
export function privateKeyOf(key: KeyObject, where = 'the key'): PrivateKey {
  const family = keyFamilyOf(key);
  if (family === null) {
    const right = `an ed25519 key, one on the curves P-256, P-384 or P-521, or an RSA key of at least ${RSA_BITS_MIN} bits`;
    throw new IssueError(
      'KEY_INVALID',
      `${where} is ${describeKey(key)}; it would have to be ${right}`,
    );
  }
  return { key, family, publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }) };
}

/** Reads PEM, unencrypted, in any form OpenSSL knows. Throws `IssueError` `KEY_INVALID`. */
export function readPrivateKey(pem: Buffer, where: string): PrivateKey {
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem.toString('latin1'))) {
    const remedy = '`openssl pkey` writes it without a password';
    throw new IssueError('KEY_INVALID', `${where} is encrypted; ${remedy}`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new IssueError('KEY_INVALID', `${where} holds no private key in PEM`, { cause: error });
  }
  return privateKeyOf(key, `the key in ${where}`);
}

/**
 * PKCS#8 in PEM, byte for byte as the original writes it: of a key on a curve without the public half.
 *
 * ```asn1
 * PrivateKeyInfo ::= SEQUENCE { version INTEGER (0), algorithm AlgorithmIdentifier, key OCTET STRING }
 * ECPrivateKey   ::= SEQUENCE { version INTEGER (1), privateKey OCTET STRING }      -- in `key`
 * ```
 */
export function privateKeyPem({ key, family }: PrivateKey): string {
  return (isOnCurve(family) ? withoutPublicHalf(key, family) : key)
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

function isOnCurve(family: KeyFamily): family is keyof typeof CURVES {
  return Object.hasOwn(CURVES, family);
}

function withoutPublicHalf(key: KeyObject, family: keyof typeof CURVES): KeyObject {
  const { d } = key.export({ format: 'jwk' });
  const secret = Buffer.from(d ?? '', 'base64url');
  const ecPrivateKey = der.sequence([der.integer(1), der.octetString(secret)]);
  const info = der.sequence([
    der.integer(0),
    der.sequence([objectIdentifier(OID.ecPublicKey), objectIdentifier(CURVES[family].oid)]),
    der.octetString(der.concatenate(ecPrivateKey)),
  ]);
  const bytes = Buffer.from(der.concatenate(info));
  return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
}

const CURVES = {
  p256: { name: 'P-256', oid: OID.secp256r1 },
  p384: { name: 'P-384', oid: OID.secp384r1 },
  p521: { name: 'P-521', oid: OID.secp521r1 },
} as const;

async function generate(type: KeyType): Promise<KeyObject> {
  switch (type) {
    case 'ed25519':
      return (await promisify(generateKeyPair)('ed25519')).privateKey;
    case 'rsa2048':
    case 'rsa4096': {
      const modulusLength = Number(type.slice('rsa'.length));
      return (await promisify(generateKeyPair)('rsa', { modulusLength })).privateKey;
    }
    case 'p256':
    case 'p384':
    case 'p521':
      return (await promisify(generateKeyPair)('ec', { namedCurve: CURVES[type].name })).privateKey;
  }
}
