import type { DerReader } from '@albatross/wire';
import { readSome } from './bounded-list.ts';
import { hasBit, readBits } from './bit-string.ts';
import { OID } from './object-identifier.ts';
import { readObjectIdentifier } from './read-object-identifier.ts';

/** A certificate that lists more purposes is refused. */
export const PURPOSES_MAX = 64;

/** In the order of their bits. */
const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

/**
 * ```asn1
 * KeyUsage ::= BIT STRING { digitalSignature (0), nonRepudiation (1), keyEncipherment (2), dataEncipherment (3),
 *   keyAgreement (4), keyCertSign (5), cRLSign (6), encipherOnly (7), decipherOnly (8) }
 * ```
 */
export function readKeyUsage(reader: DerReader): ReadonlySet<KeyUsage> {
  const bits = readBits(reader);
  return new Set(KEY_USAGES.filter((_, index) => hasBit(bits, index)));
}

/**
 * ```asn1
 * ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER
 * ```
 */
export function readExtendedKeyUsage(reader: DerReader): ReadonlySet<string> {
  return new Set(
    reader.sequence((purposes) => readSome(purposes, PURPOSES_MAX, readObjectIdentifier)),
  );
}

export const PURPOSE = {
  any: '2.5.29.37.0',
  server: OID.serverAuth,
  client: OID.clientAuth,
} as const;
