import { TAG, WireError, type DerReader } from '@albatross/wire';

/** Numbers of 128 bits, which some are made of, have 19 bytes. */
const CONTENT_BYTES_MAX = 64;

/**
 * ```text
 * content = first *arc           ; first: 40 times the first number, which is 0, 1 or 2, and the second
 * arc     = *(0x80-0xff) 0x00-0x7f    ; seven bits in each byte, the highest first, as few as possible
 * ```
 *
 * Returns it with dots, as `2.5.4.3`. Throws `WireError`.
 */
export function readObjectIdentifier(reader: DerReader): string {
  const { offset } = reader;
  const content = reader.content(TAG.objectIdentifier);
  const [first, ...arcs] = arcsOf(content, offset);
  if (first === undefined) throw malformed(offset);
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...arcs].join('.');
}

function arcsOf(content: Uint8Array, offset: number): readonly bigint[] {
  if (content.length > CONTENT_BYTES_MAX) throw malformed(offset);
  const arcs: bigint[] = [];
  let arc: bigint | null = null;
  for (const byte of content) {
    if (arc === null && byte === 0x80) throw malformed(offset);
    arc = (arc ?? 0n) * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = null;
  }
  if (arc !== null) throw malformed(offset);
  return arcs;
}

function malformed(offset: number): WireError {
  const expected = `OBJECT IDENTIFIER of at most ${CONTENT_BYTES_MAX} bytes, in as few as possible`;
  return new WireError({ offset, expected, found: 'another' });
}
