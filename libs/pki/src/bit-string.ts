import { TAG, WireError, type DerReader } from '@albatross/wire';

/**
 * ```text
 * content = unused bytes      ; unused: how many of the last byte's bits are none, 0 to 7; they are 0
 * ```
 *
 * A view of the input: the first bit is the highest of the first byte. That there are bytes of nothing but
 * zeros at the end, as the original's keyUsage has, is no error, though it is one in DER. Throws `WireError`.
 */
export function readBits(reader: DerReader): Uint8Array {
  return read(reader, 7);
}

/** A BIT STRING of whole bytes, as keys and signatures are. */
export function readWholeBytes(reader: DerReader): Uint8Array {
  return read(reader, 0);
}

export function hasBit(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) << (index & 7)) & 0x80) !== 0;
}

function read(reader: DerReader, unusedMax: number): Uint8Array {
  const { offset } = reader;
  const content = reader.content(TAG.bitString);
  const [unused] = content;
  const last = content.length > 1 ? (content.at(-1) ?? 0) : 0;
  const isRight =
    unused !== undefined &&
    unused <= (content.length > 1 ? unusedMax : 0) &&
    (last & ((1 << unused) - 1)) === 0;
  if (isRight) return content.subarray(1);
  const expected = `BIT STRING with at most ${unusedMax} unused bits, which are 0`;
  throw new WireError({ offset, expected, found: 'another' });
}
