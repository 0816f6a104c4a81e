import type * as library from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import type { KeyFamily } from './key-type.ts';
import type { PrivateKey } from './private-key.ts';

export type X509Library = typeof library;

/**
 * The library that certificates and requests are made with, and nothing is read with. It is loaded when
 * something is issued: that takes a tenth of a second, and whoever only verifies never needs it.
 */
export async function x509Library(): Promise<X509Library> {
  // It looks for this where it keeps its parts, at once when it is loaded.
  await import('reflect-metadata');
  const library = await import('@peculiar/x509');
  library.cryptoProvider.set(webcrypto);
  return library;
}

/** The two halves of a key as the library wants them, and how it is to sign. */
export interface LibraryKeys {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly signingAlgorithm: webcrypto.EcdsaParams | webcrypto.Algorithm;
}

export async function libraryKeys({ key, family, publicKey }: PrivateKey): Promise<LibraryKeys> {
  const { algorithm, signingAlgorithm } = ALGORITHMS[family];
  const { subtle } = webcrypto;
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return {
    signingAlgorithm,
    keys: {
      privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      publicKey: await subtle.importKey('spki', publicKey, algorithm, true, ['verify']),
    },
  };
}

interface LibraryAlgorithm {
  readonly algorithm:
    | webcrypto.Algorithm
    | webcrypto.EcKeyImportParams
    | webcrypto.RsaHashedImportParams;
  readonly signingAlgorithm: webcrypto.EcdsaParams | webcrypto.Algorithm;
}

/** Which hash a key signs with is the original's choice. */
const ALGORITHMS: Readonly<Record<KeyFamily, LibraryAlgorithm>> = {
  rsa: alike({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }),
  ed25519: alike({ name: 'Ed25519' }),
  p256: onCurve('P-256', 'SHA-256'),
  p384: onCurve('P-384', 'SHA-384'),
  p521: onCurve('P-521', 'SHA-512'),
};

function alike(algorithm: webcrypto.RsaHashedImportParams | webcrypto.Algorithm): LibraryAlgorithm {
  return { algorithm, signingAlgorithm: algorithm };
}

function onCurve(namedCurve: string, hash: string): LibraryAlgorithm {
  return { algorithm: { name: 'ECDSA', namedCurve }, signingAlgorithm: { name: 'ECDSA', hash } };
}
