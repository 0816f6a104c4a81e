import { TAG, type DerReader } from '@albatross/wire';
import { readObjectIdentifier } from './read-object-identifier.ts';

export interface AlgorithmIdentifier {
  readonly type: string;
  /** An OBJECT IDENTIFIER, `NULL`, or null for none; `other` for anything else. */
  readonly parameters: string | null;
}

/**
 * ```asn1
 * AlgorithmIdentifier ::= SEQUENCE {
 *   algorithm   OBJECT IDENTIFIER,
 *   parameters  ANY DEFINED BY algorithm OPTIONAL }
 * ```
 *
 * Throws `WireError`.
 */
export function readAlgorithm(reader: DerReader): AlgorithmIdentifier {
  return reader.sequence((parts) => {
    const type = readObjectIdentifier(parts);
    return { type, parameters: parts.isAtEnd ? null : readParameters(parts) };
  });
}

function readParameters(parts: DerReader): string {
  if (parts.has(TAG.null)) return parts.nullAs('NULL');
  if (parts.has(TAG.objectIdentifier)) return readObjectIdentifier(parts);
  parts.any();
  return 'other';
}
