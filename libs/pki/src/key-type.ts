import type { KeyObject } from 'node:crypto';
import { IssueError } from './issue-error.ts';

/** The key types that can be asked for, as the original's client calls them. */
export const KEY_TYPES = ['rsa2048', 'rsa4096', 'ed25519', 'p256', 'p384', 'p521'] as const;

export type KeyType = (typeof KEY_TYPES)[number];

export const KEY_TYPE_DEFAULT: KeyType = 'ed25519';

/** Throws `IssueError` `USAGE_INVALID`. */
export function parseKeyType(text: string): KeyType {
  const type = KEY_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  const known = KEY_TYPES.join(', ');
  throw new IssueError(
    'USAGE_INVALID',
    `${JSON.stringify(text)} is no key type; there are ${known}`,
  );
}

/** What decides how a key signs. RSA keys of other sizes than can be asked for sign as well. */
export type KeyFamily = 'rsa' | Exclude<KeyType, `rsa${string}`>;

/** TLS libraries refuse smaller keys today. */
export const RSA_BITS_MIN = 2048;

/** Of a public or a private key; null for one that nothing of ours is signed with. */
export function keyFamilyOf(key: KeyObject): KeyFamily | null {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return 'ed25519';
    case 'rsa':
      return modulusLength >= RSA_BITS_MIN ? 'rsa' : null;
    case 'ec':
      return CURVES.get(namedCurve) ?? null;
    default:
      return null;
  }
}

/** In words: `an RSA key of 3072 bits`, `a P-256 key`, `an X25519 key`. */
export function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return 'an ed25519 key';
    case 'rsa':
      return `an RSA key of ${modulusLength} bits`;
    case 'ec':
      return `a key on the curve ${CURVES.get(namedCurve ?? '') ?? namedCurve ?? 'of its own'}`;
    default:
      return `a key for ${key.asymmetricKeyType}`;
  }
}

/** Whether a key is one that was asked for. */
export function isOfType(key: KeyObject, type: KeyType): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  const family = keyFamilyOf(key);
  return family === 'rsa' ? type === `rsa${bits}` : family === type;
}

/** As OpenSSL calls them. */
const CURVES: ReadonlyMap<string, KeyFamily> = new Map([
  ['prime256v1', 'p256'],
  ['secp384r1', 'p384'],
  ['secp521r1', 'p521'],
]);
