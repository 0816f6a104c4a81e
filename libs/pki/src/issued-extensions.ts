import { der, encodeExtension, EXTENSION_OID, TAG, type WireCommand } from '@albatross/wire';
import { generalNames } from './host-names.ts';
import { objectIdentifier, OID } from './object-identifier.ts';

/** One extension, as it is written. */
export interface Extension {
  /** Dotted. */
  readonly oid: string;
  readonly isCritical: boolean;
  /** The content of its `extnValue`. */
  readonly value: Uint8Array;
}

/** Whose certificate it is, and who signs it: the identifiers of both keys. */
export interface KeyIdentifiers {
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
}

/** Of a root: it is trusted for what it is, and says neither who it is nor who signed it. */
export function rootExtensions(): readonly Extension[] {
  return [keyUsage(AUTHORITY_USAGE), basicConstraints(true)];
}

/** Of an authority below another, which carries a policy. All are in the order in which the original has them. */
export function authorityExtensions(
  command: WireCommand,
  keys: KeyIdentifiers,
): readonly Extension[] {
  return [
    albatross(command),
    subjectKeyIdentifier(keys.subject),
    keyUsage(AUTHORITY_USAGE),
    basicConstraints(true),
    authorityKeyIdentifier(keys.issuer),
  ];
}

/** Of who wants one command done. */
export function leafExtensions(command: WireCommand, keys: KeyIdentifiers): readonly Extension[] {
  return [albatross(command), ...endExtensions(OID.clientAuth, keys)];
}

export function serverExtensions(
  keys: KeyIdentifiers,
  hosts: readonly string[] = [],
): readonly Extension[] {
  const usual = endExtensions(OID.serverAuth, keys);
  if (hosts.length === 0) return usual;
  const names = { oid: OID.subjectAltName, isCritical: false, value: generalNames(hosts) };
  return [...usual, names];
}

function endExtensions(purpose: string, keys: KeyIdentifiers): readonly Extension[] {
  return [
    subjectKeyIdentifier(keys.subject),
    keyUsage(END_USAGE),
    basicConstraints(false),
    authorityKeyIdentifier(keys.issuer),
    extKeyUsage(purpose),
  ];
}

/** Never critical: a verifier that does not know it would refuse the certificate. */
export function albatross(command: WireCommand): Extension {
  return { oid: EXTENSION_OID, isCritical: false, value: encodeExtension(command) };
}

/**
 * ```asn1
 * SubjectKeyIdentifier   ::= OCTET STRING
 * AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING }
 * ```
 */
function subjectKeyIdentifier(identifier: Uint8Array): Extension {
  const value = der.concatenate(der.octetString(identifier));
  return { oid: OID.subjectKeyIdentifier, isCritical: false, value };
}

export function authorityKeyIdentifier(identifier: Uint8Array): Extension {
  const keyIdentifier = der.sequence([[identifier]], KEY_IDENTIFIER);
  const value = der.concatenate(der.sequence([keyIdentifier]));
  return { oid: OID.authorityKeyIdentifier, isCritical: false, value };
}

/** Context-specific and not constructed. */
const KEY_IDENTIFIER = 0x80;

/**
 * ```asn1
 * KeyUsage ::= BIT STRING {
 *   digitalSignature (0), nonRepudiation (1), keyEncipherment (2), keyCertSign (5), cRLSign (6) }
 * ```
 *
 * DER asks for no zeros behind the last bit; the original always writes nine bits, and so do we.
 */
function keyUsage(bits: number): Extension {
  const value = der.concatenate(der.sequence([[Uint8Array.of(7, bits, 0)]], TAG.bitString));
  return { oid: OID.keyUsage, isCritical: true, value };
}

const AUTHORITY_USAGE = 0b1100_0110;
const END_USAGE = 0b1010_0000;

/**
 * ```asn1
 * BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }
 * ```
 */
function basicConstraints(isAuthority: boolean): Extension {
  const value = der.concatenate(der.sequence(isAuthority ? [der.boolean(true)] : []));
  return { oid: OID.basicConstraints, isCritical: true, value };
}

/**
 * ```asn1
 * ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER
 * ```
 */
function extKeyUsage(purpose: string): Extension {
  const value = der.concatenate(der.sequence([objectIdentifier(purpose)]));
  return { oid: OID.extKeyUsage, isCritical: true, value };
}
