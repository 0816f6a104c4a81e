import { TAG, WireError, type Decode, type DerReader } from '@albatross/wire';
import { readUpTo } from './bounded-list.ts';
import { readObjectIdentifier } from './read-object-identifier.ts';

/** A certificate or revocation list with more extensions is refused. */
export const EXTENSIONS_MAX = 64;

/** How the value of an extension is read, its `extnValue`, and what that says. */
export type ExtensionReaders<T> = ReadonlyMap<string, Decode<Partial<T>>>;

export interface Extensions<T> {
  /** What those say that are known. */
  readonly values: Partial<T>;
  /** Of all that are critical, known or not. */
  readonly critical: readonly string[];
}

/**
 * ```asn1
 * Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension
 * Extension  ::= SEQUENCE {
 *   extnID     OBJECT IDENTIFIER,     -- at most one of each
 *   critical   BOOLEAN DEFAULT FALSE,
 *   extnValue  OCTET STRING }
 * ```
 *
 * One of none is taken, too: some write it into revocation lists. Throws `WireError`.
 */
export function readExtensions<T extends object>(
  reader: DerReader,
  readers: ExtensionReaders<T>,
): Extensions<T> {
  const seen = new Set<string>();
  const extensions = reader.sequence((list) =>
    readUpTo(list, EXTENSIONS_MAX, (element) =>
      element.sequence((parts) => {
        const { offset } = parts;
        const type = readObjectIdentifier(parts);
        if (seen.has(type))
          throw new WireError({ offset, expected: `one extension ${type}`, found: 'two' });
        seen.add(type);
        const isCritical = parts.has(TAG.boolean) && parts.boolean();
        return { type, isCritical, value: (readers.get(type) ?? passOver)(parts) };
      }),
    ),
  );
  return {
    values: Object.assign({}, ...extensions.map(({ value }) => value)) as Partial<T>,
    critical: extensions.filter(({ isCritical }) => isCritical).map(({ type }) => type),
  };
}

/** The DER within an `extnValue`. */
export function within<T>(decode: Decode<T>): Decode<T> {
  return (parts) => parts.sequence(decode, TAG.octetString);
}

function passOver(parts: DerReader): object {
  parts.octetString();
  return {};
}
