import { webcrypto } from 'node:crypto';
import { readCertificate, type Certificate } from '../certificate.ts';
import { x509Library } from '../x509-library.ts';
import { AUTHORITY, LEAF, type ExtensionSet } from './extension-values.ts';

/** When all of this takes place, in milliseconds since 1970. */
export const NOW = Date.parse('2026-11-22T12:00:00Z');
export const DAY_MS = 86_400_000;

/** Somebody with a key and a certificate. */
export interface Party {
  readonly name: string;
  readonly der: Uint8Array;
  readonly certificate: Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly textType: TextType;
}

type TextType = 'utf8String' | 'printableString' | 'ia5String';

export interface Wanted {
  /** The common name. */
  readonly name: string;
  /** How it stands there. */
  readonly textType?: TextType;
  /** Null for its own. */
  readonly issuer: Party | null;
  readonly extensions: ExtensionSet;
  /** A new one without it. */
  readonly keys?: webcrypto.CryptoKeyPair;
  /** Whoever signs it, if that is not the issuer. */
  readonly signer?: webcrypto.CryptoKeyPair;
  readonly hash?: string;
  readonly serial?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** Issued with @peculiar/x509, which knows nothing of the code it tests. */
export async function issue(wanted: Wanted): Promise<Party> {
  const { X509CertificateGenerator, Extension, Name } = await x509Library();
  const { name, issuer, extensions, hash = 'SHA-256', serial = randomSerial() } = wanted;
  const { textType = 'utf8String', notBefore = NOW - DAY_MS, notAfter = NOW + DAY_MS } = wanted;
  const keys = wanted.keys ?? (await newKeys());
  const publicKey = await spkiOf(keys);
  const issuerKey = issuer === null ? publicKey : await spkiOf(issuer.keys);
  const signer = wanted.signer ?? issuer?.keys ?? keys;
  const { rawData } = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: new Name([{ CN: [{ [textType]: name }] }]),
    issuer: new Name([{ CN: [{ [issuer?.textType ?? textType]: issuer?.name ?? name }] }]),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { ...signer.privateKey.algorithm, hash },
    extensions: Object.values(extensions).flatMap((make) => {
      if (make === null) return [];
      const { type, isCritical, value } = make({ publicKey, issuerKey });
      return [new Extension(type, isCritical, value)];
    }),
  });
  const der = new Uint8Array(rawData);
  return { name, der, certificate: readCertificate(der), keys, textType };
}

type Changes = Partial<Omit<Wanted, 'name' | 'issuer' | 'extensions'>> & {
  readonly change?: ExtensionSet;
};

export async function authority(
  name: string,
  issuer: Party | null,
  { change = {}, ...rest }: Changes = {},
): Promise<Party> {
  return await issue({ name, issuer, extensions: { ...AUTHORITY, ...change }, ...rest });
}

export async function leaf(
  name: string,
  issuer: Party,
  { change = {}, ...rest }: Changes = {},
): Promise<Party> {
  return await issue({ name, issuer, extensions: { ...LEAF, ...change }, ...rest });
}

export async function newKeys(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams = P256,
): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export async function spkiOf({ publicKey }: webcrypto.CryptoKeyPair): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.exportKey('spki', publicKey));
}

function randomSerial(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;
}
