import { WireError, type Decode, type DerReader } from '@albatross/wire';

/** The elements of a list that somebody else may have made endless. Throws `WireError` when it has more. */
export function readUpTo<T>(list: DerReader, max: number, decode: Decode<T>): readonly T[] {
  const { offset } = list;
  const elements: T[] = [];
  while (!list.isAtEnd && elements.length < max) elements.push(decode(list));
  if (list.isAtEnd) return elements;
  throw new WireError({ offset, expected: `at most ${max} elements`, found: 'more' });
}

/** Of a list that cannot be empty. */
export function readSome<T>(list: DerReader, max: number, decode: Decode<T>): readonly T[] {
  if (!list.isAtEnd) return readUpTo(list, max, decode);
  throw new WireError({ offset: list.offset, expected: `1 to ${max} elements`, found: 'none' });
}
