import type { Extension } from './issued-extensions.ts';
import type { PrivateKey } from './private-key.ts';
import type { SerialNumber } from './serial-number.ts';
import { libraryKeys, x509Library } from './x509-library.ts';

/** From when until when, in milliseconds since 1970; certificates say whole seconds. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** All that a certificate says. */
export interface CertificateParts {
  readonly serial: SerialNumber;
  /** A `Name` in DER, which is repeated byte for byte. */
  readonly issuer: Uint8Array;
  readonly validity: Validity;
  /** Likewise. */
  readonly subject: Uint8Array;
  /** A `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** In DER, signed with a key, with the hash that goes with it. */
export async function buildCertificate(
  parts: CertificateParts,
  signingKey: PrivateKey,
): Promise<Uint8Array> {
  const { X509CertificateGenerator, Extension, Name } = await x509Library();
  const { keys, signingAlgorithm } = await libraryKeys(signingKey);
  const { rawData } = await X509CertificateGenerator.create({
    serialNumber: parts.serial,
    issuer: new Name(parts.issuer),
    notBefore: new Date(parts.validity.notBefore),
    notAfter: new Date(parts.validity.notAfter),
    subject: new Name(parts.subject),
    publicKey: parts.publicKey,
    extensions: parts.extensions.map(
      ({ oid, isCritical, value }) => new Extension(oid, isCritical, value),
    ),
    signingKey: keys.privateKey,
    signingAlgorithm,
  });
  return new Uint8Array(rawData);
}
