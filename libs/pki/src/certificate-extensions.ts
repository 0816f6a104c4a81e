import {
  contextTag,
  EXTENSION_OID,
  TAG,
  WireError,
  type Decode,
  type DerReader,
} from '@albatross/wire';
import { readSome } from './bounded-list.ts';
import { readExtendedKeyUsage, readKeyUsage, type KeyUsage } from './key-usage.ts';
import { OID } from './object-identifier.ts';
import { within, type ExtensionReaders } from './read-extensions.ts';

/** What the extensions of a certificate say; null for what it does not have. Bytes are views of it. */
export interface CertificateExtensions {
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** The purposes, as object identifiers. */
  readonly extendedKeyUsage: ReadonlySet<string> | null;
  readonly basicConstraints: BasicConstraints | null;
  /** How it restricts the names of those below it: those of hosts, as DNS names and addresses, or `others`. */
  readonly nameConstraints: 'hosts' | 'others' | null;
  readonly hasAlternativeNames: boolean;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
  /** The value of the albatross extension. */
  readonly extension: Uint8Array | null;
}

export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** How many authorities there may be below this one; null for any number. */
  readonly pathLength: number | null;
}

export const NO_EXTENSIONS: CertificateExtensions = {
  keyUsage: null,
  extendedKeyUsage: null,
  basicConstraints: null,
  nameConstraints: null,
  hasAlternativeNames: false,
  subjectKeyId: null,
  authorityKeyId: null,
  extension: null,
};

/** Its object identifier. */
export const NAME_CONSTRAINTS = '2.5.29.30';

/**
 * ```asn1
 * SubjectKeyIdentifier   ::= OCTET STRING
 * AuthorityKeyIdentifier ::= SEQUENCE {
 *   keyIdentifier              [0] IMPLICIT OCTET STRING OPTIONAL,
 *   authorityCertIssuer        [1] IMPLICIT GeneralNames OPTIONAL,
 *   authorityCertSerialNumber  [2] IMPLICIT INTEGER OPTIONAL }
 * BasicConstraints       ::= SEQUENCE {
 *   cA                 BOOLEAN DEFAULT FALSE,
 *   pathLenConstraint  INTEGER (0..MAX) OPTIONAL }    -- only with cA
 * ```
 */
export const CERTIFICATE_EXTENSIONS: ExtensionReaders<CertificateExtensions> = new Map<
  string,
  Decode<Partial<CertificateExtensions>>
>([
  [OID.keyUsage, within((value) => ({ keyUsage: readKeyUsage(value) }))],
  [OID.extKeyUsage, within((value) => ({ extendedKeyUsage: readExtendedKeyUsage(value) }))],
  [OID.basicConstraints, within((value) => ({ basicConstraints: readBasicConstraints(value) }))],
  [OID.subjectKeyIdentifier, within((value) => ({ subjectKeyId: value.octetString() }))],
  [OID.authorityKeyIdentifier, within((value) => ({ authorityKeyId: readAuthorityKeyId(value) }))],
  [NAME_CONSTRAINTS, within((value) => ({ nameConstraints: readNameConstraints(value) }))],
  [OID.subjectAltName, within((value) => ({ hasAlternativeNames: isSequence(value) }))],
  [EXTENSION_OID, (parts) => ({ extension: parts.octetString() })],
]);

/** Also of a revocation list. */
export function readAuthorityKeyId(reader: DerReader): Uint8Array | null {
  return reader.sequence((parts) => {
    const keyId = parts.has(KEY_ID) ? parts.content(KEY_ID) : null;
    if (parts.has(contextTag(1))) parts.any();
    if (parts.has(SERIAL_NUMBER)) parts.any();
    return keyId;
  });
}

/** Context-specific and not constructed. */
const KEY_ID = 0x80;
const SERIAL_NUMBER = 0x82;

function readBasicConstraints(reader: DerReader): BasicConstraints {
  return reader.sequence((parts) => {
    const isAuthority = parts.has(TAG.boolean) && parts.boolean();
    if (parts.isAtEnd) return { isAuthority, pathLength: null };
    const { offset } = parts;
    const pathLength = parts.safeInteger();
    if (isAuthority && pathLength >= 0) return { isAuthority, pathLength };
    const expected = 'a path length of 0 or more, of an authority';
    throw new WireError({ offset, expected, found: 'another' });
  });
}

/** A certificate that restricts more names is refused. */
export const NAME_CONSTRAINTS_MAX = 64;

/**
 * ```asn1
 * NameConstraints ::= SEQUENCE {
 *   permittedSubtrees  [0] IMPLICIT GeneralSubtrees OPTIONAL,
 *   excludedSubtrees   [1] IMPLICIT GeneralSubtrees OPTIONAL }
 * GeneralSubtrees ::= SEQUENCE SIZE (1..MAX) OF GeneralSubtree
 * GeneralSubtree  ::= SEQUENCE { base GeneralName, ... }
 * GeneralName     ::= CHOICE { dNSName [2] IMPLICIT IA5String, iPAddress [7] IMPLICIT OCTET STRING, ... }
 * ```
 */
function readNameConstraints(reader: DerReader): 'hosts' | 'others' {
  return reader.sequence((parts) => {
    const bases = [contextTag(0), contextTag(1)].flatMap((tag) =>
      parts.has(tag)
        ? parts.sequence((list) => readSome(list, NAME_CONSTRAINTS_MAX, readBase), tag)
        : [],
    );
    return bases.every((base) => base === DNS_NAME || base === IP_ADDRESS) ? 'hosts' : 'others';
  });
}

const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

function readBase(list: DerReader): number {
  return list.sequence((subtree) => {
    const { tag } = subtree.any();
    while (!subtree.isAtEnd) subtree.any();
    return tag;
  });
}

function isSequence(reader: DerReader): boolean {
  reader.content(TAG.sequence);
  return true;
}
