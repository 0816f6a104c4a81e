import { TAG, WireError, type Decode, type DerReader } from '@albatross/wire';
import { readAuthorityKeyId } from './certificate-extensions.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguished-name.ts';
import { OID } from './object-identifier.ts';
import { readPemOf } from './pem.ts';
import { readExtensions, within } from './read-extensions.ts';
import { readSerial } from './serial.ts';
import {
  readSigned,
  readSigningAlgorithm,
  type Signature,
  type SigningAlgorithm,
} from './signature.ts';
import { readTime } from './time.ts';

/** A certificate revocation list as it stands there; nothing says yet who signed it. */
export interface RevocationList {
  readonly issuer: DistinguishedName;
  /** Null when it does not say which of the keys of its issuer signed it. */
  readonly authorityKeyId: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  /** When there will be a newer one at the latest; null when it does not say. */
  readonly nextUpdate: number | null;
  /** Serial numbers, in hexadecimal as `readCertificate` gives them. */
  readonly revoked: ReadonlySet<string>;
  readonly signature: Signature;
}

/** The label in PEM. */
export const REVOCATION_LIST_LABEL = 'X509 CRL';

/** All lists of a file in PEM, or the one in DER. Throws `PemError` and `WireError`. */
export function readRevocationLists(bytes: Uint8Array, where: string): readonly RevocationList[] {
  if (bytes[0] === TAG.sequence) return [readRevocationList(bytes)];
  const text = Buffer.from(bytes).toString('latin1');
  return readPemOf(REVOCATION_LIST_LABEL, text, where).map(readRevocationList);
}

/**
 * ```asn1
 * CertificateList ::= SEQUENCE {
 *   tbsCertList         TBSCertList,
 *   signatureAlgorithm  AlgorithmIdentifier,
 *   signatureValue      BIT STRING }
 * TBSCertList     ::= SEQUENCE {
 *   version              INTEGER { v2(1) } OPTIONAL,          -- v1 without it
 *   signature            AlgorithmIdentifier,
 *   issuer               Name,
 *   thisUpdate           Time,
 *   nextUpdate           Time OPTIONAL,
 *   revokedCertificates  SEQUENCE OF Revoked OPTIONAL,
 *   crlExtensions        [0] EXPLICIT Extensions OPTIONAL }   -- of v2
 * ```
 *
 * One with a critical extension is refused: it may list the certificates of others, or a part of them, or
 * only what changed. Throws `WireError`.
 */
export function readRevocationList(der: Uint8Array): RevocationList {
  const { value, signature } = readSigned(der, readSignedPart);
  const { algorithm: _, ...rest } = value;
  return { ...rest, signature };
}

type SignedPart = Omit<RevocationList, 'signature'> & { readonly algorithm: SigningAlgorithm };

function readSignedPart(reader: DerReader): SignedPart {
  return reader.sequence((parts) => {
    const isVersion2 = readVersion(parts);
    const algorithm = readSigningAlgorithm(parts);
    const issuer = readDistinguishedName(parts);
    const thisUpdate = readTime(parts);
    const nextUpdate = isTime(parts) ? readTime(parts) : null;
    const revoked = new Set(parts.has(TAG.sequence) ? parts.sequenceOf(readRevoked) : []);
    const extensions = isVersion2 ? parts.optional(0, uncritical(LIST_EXTENSIONS)) : null;
    const authorityKeyId = extensions?.authorityKeyId ?? null;
    return { algorithm, issuer, thisUpdate, nextUpdate, revoked, authorityKeyId };
  });
}

function readVersion(parts: DerReader): boolean {
  if (!parts.has(TAG.integer)) return false;
  const { offset } = parts;
  if (parts.safeInteger() === 1) return true;
  throw new WireError({ offset, expected: 'the version 1', found: 'another' });
}

const UTC_TIME = 0x17;

function isTime(parts: DerReader): boolean {
  return parts.has(UTC_TIME) || parts.has(TAG.generalizedTime);
}

/**
 * ```asn1
 * Revoked ::= SEQUENCE {
 *   userCertificate     INTEGER,
 *   revocationDate      Time,
 *   crlEntryExtensions  Extensions OPTIONAL }
 * ```
 *
 * Whatever the reason and the date, it is revoked.
 */
function readRevoked(list: DerReader): string {
  return list.sequence((entry) => {
    const serial = readSerial(entry);
    readTime(entry);
    if (!entry.isAtEnd) uncritical(new Map())(entry);
    return serial;
  });
}

interface ListExtensions {
  readonly authorityKeyId: Uint8Array | null;
}

type ListReaders = ReadonlyMap<string, Decode<Partial<ListExtensions>>>;

const LIST_EXTENSIONS: ListReaders = new Map([
  [OID.authorityKeyIdentifier, within((value) => ({ authorityKeyId: readAuthorityKeyId(value) }))],
]);

function uncritical(readers: ListReaders): Decode<Partial<ListExtensions>> {
  return (reader) => {
    const { offset } = reader;
    const { values, critical } = readExtensions<ListExtensions>(reader, readers);
    const [found] = critical;
    if (found === undefined) return values;
    throw new WireError({ offset, expected: 'no critical extension', found });
  };
}
