import {
  NAME_BYTES_MAX,
  NameError,
  parseName,
  wireForm,
  type Name,
} from '@albatross/shared/domain/name';
import type { DerReader } from './der/reader.ts';
import { utf8String, type Encoded } from './der/writer.ts';
import { printable } from './printable.ts';
import { WireError } from './wire-error.ts';

/**
 * ```asn1
 * Name ::= UTF8String    -- "foo:hello", ":hello" at the root; "foo:" and ":" are paths
 * ```
 *
 * The original sets no limit to the length of a name; a longer one than ours is `unrepresentable`.
 */
export function readNameString(reader: DerReader): Name {
  const { offset } = reader;
  const text = reader.utf8String();
  if (text.length > NAME_BYTES_MAX + 1) {
    const expected = `name of at most ${NAME_BYTES_MAX} characters`;
    throw new WireError({ offset, expected, found: `${text.length}` }, 'unrepresentable');
  }
  try {
    return parseName(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    throw new WireError({ offset, expected: 'name', found: printable(error.message) });
  }
}

export function writeNameString(name: Name): Encoded {
  return utf8String(wireForm(name));
}
