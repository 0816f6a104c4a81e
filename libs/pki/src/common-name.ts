import { der, TAG } from '@albatross/wire';
import { IssueError } from './issue-error.ts';
import { objectIdentifier, OID } from './object-identifier.ts';

/**
 * What a certificate calls its owner; files are called by it, too.
 *
 * ```abnf
 * common-name = first *63(first / "-")
 * first       = ALPHA / DIGIT / "." / ":" / "_" / "*"     ; "." and ":" for a path, "*" for hosts
 * ```
 */
export type CommonName = string & { readonly [commonNameBrand]: true };

declare const commonNameBrand: unique symbol;

/** X.520's bound. */
export const COMMON_NAME_BYTES_MAX = 64;

/** Throws `IssueError` `NAME_INVALID`. */
export function parseCommonName(text: string): CommonName {
  if (/^[A-Za-z0-9.:_*][A-Za-z0-9.:_*-]{0,63}$/.test(text)) return text as CommonName;
  const right = `1 to ${COMMON_NAME_BYTES_MAX} letters, digits, ".", ":", "_", "*" and "-", not "-" first`;
  const shown = JSON.stringify(text.slice(0, COMMON_NAME_BYTES_MAX));
  throw new IssueError('NAME_INVALID', `a common name has ${right}; ${shown} is none`);
}

/**
 * ```asn1
 * Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value UTF8String }
 * ```
 *
 * The one that has this common name and nothing else.
 */
export function nameOf(commonName: CommonName): Uint8Array {
  const attribute = der.sequence([objectIdentifier(OID.commonName), der.utf8String(commonName)]);
  return der.concatenate(der.sequence([der.sequence([attribute], TAG.set)]));
}
