import { WireError, type ChainCertificate, type DerReader } from '@albatross/wire';
import {
  CERTIFICATE_EXTENSIONS,
  NO_EXTENSIONS,
  type CertificateExtensions,
} from './certificate-extensions.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguished-name.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import { readExtensions } from './read-extensions.ts';
import { readSerial } from './serial.ts';
import {
  readSigned,
  readSigningAlgorithm,
  type Signature,
  type SigningAlgorithm,
} from './signature.ts';
import { readTime } from './time.ts';

/** An X.509 certificate as it stands there: that it can be read says nothing about whether to trust it. */
export interface Certificate extends CertificateExtensions, ChainCertificate {
  readonly der: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** In hexadecimal. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Milliseconds since 1970; valid between the two, and at neither. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  /** The object identifiers of the extensions that may not be passed over. */
  readonly critical: readonly string[];
  readonly signature: Signature;
}

/**
 * ```asn1
 * Certificate    ::= SEQUENCE {
 *   tbsCertificate      TBSCertificate,
 *   signatureAlgorithm  AlgorithmIdentifier,
 *   signatureValue      BIT STRING }
 * TBSCertificate ::= SEQUENCE {
 *   version               [0] EXPLICIT INTEGER { v1(0), v2(1), v3(2) } DEFAULT v1,
 *   serialNumber          INTEGER,
 *   signature             AlgorithmIdentifier,
 *   issuer                Name,
 *   validity              SEQUENCE { notBefore Time, notAfter Time },
 *   subject               Name,
 *   subjectPublicKeyInfo  SubjectPublicKeyInfo,
 *   issuerUniqueID        [1] IMPLICIT BIT STRING OPTIONAL,   -- of v2 or v3
 *   subjectUniqueID       [2] IMPLICIT BIT STRING OPTIONAL,
 *   extensions            [3] EXPLICIT Extensions OPTIONAL }  -- of v3
 * ```
 *
 * Reads DER. Nothing is copied but names and numbers; an image of 16 MiB in it stays where it is. Throws
 * `WireError`, which says what is wrong and where.
 */
export function readCertificate(der: Uint8Array): Certificate {
  const { value, signature } = readSigned(der, readSignedPart);
  const { algorithm: _, ...rest } = value;
  return { der, ...rest, signature };
}

type SignedPart = Omit<Certificate, 'der' | 'signature'> & { readonly algorithm: SigningAlgorithm };

function readSignedPart(reader: DerReader): SignedPart {
  return reader.sequence((parts) => {
    const version = parts.optional(0, readVersion) ?? 1;
    const serial = readSerial(parts);
    const algorithm = readSigningAlgorithm(parts);
    const issuer = readDistinguishedName(parts);
    const validity = readValidity(parts);
    const subject = readDistinguishedName(parts);
    const publicKey = readPublicKey(parts);
    if (version > 1) passOverUniqueIds(parts);
    const { values, critical } = (version === 3
      ? parts.optional(3, (tagged) => readExtensions(tagged, CERTIFICATE_EXTENSIONS))
      : null) ?? { values: {}, critical: [] };
    const names = { issuer, subject, commonName: subject.commonName };
    const extensions = { ...NO_EXTENSIONS, ...values, critical };
    return { version, serial, algorithm, ...names, ...validity, publicKey, ...extensions };
  });
}

const VERSIONS = [1, 2, 3] as const;

function readVersion(reader: DerReader): 1 | 2 | 3 {
  const { offset } = reader;
  const version = VERSIONS[reader.safeInteger()];
  if (version !== undefined) return version;
  throw new WireError({ offset, expected: 'the version 0, 1 or 2', found: 'another' });
}

function readValidity(reader: DerReader): {
  readonly notBefore: number;
  readonly notAfter: number;
} {
  return reader.sequence((times) => ({ notBefore: readTime(times), notAfter: readTime(times) }));
}

/** Context-specific and not constructed. */
const UNIQUE_IDS = [0x81, 0x82] as const;

function passOverUniqueIds(parts: DerReader): void {
  for (const tag of UNIQUE_IDS) if (parts.has(tag)) parts.content(tag);
}
