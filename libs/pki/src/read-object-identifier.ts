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
  const root = first < 40 ? 0 : first < 80 ? 1 : 2;
  const second = typeof first === 'number' ? first - root * 40 : first - BigInt(root * 40);
  return [root, second, ...arcs].join('.');
}

/** A certificate has a dozen of them, and hardly any needs more than the numbers that are exact. */
type Arc = number | bigint;

function arcsOf(content: Uint8Array, offset: number): readonly Arc[] {
  if (content.length > CONTENT_BYTES_MAX) throw malformed(offset);
  const arcs: Arc[] = [];
  let arc: Arc | null = null;
  for (const byte of content) {
    if (arc === null && byte === 0x80) throw malformed(offset);
    arc = withMore(arc ?? 0, byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = null;
  }
  if (arc !== null) throw malformed(offset);
  return arcs;
}

const EXACT_MAX = 2 ** 46;

function withMore(arc: Arc, bits: number): Arc {
  if (typeof arc === 'number' && arc < EXACT_MAX) return arc * 128 + bits;
  return BigInt(arc) * 128n + BigInt(bits);
}

function malformed(offset: number): WireError {
  const expected = `OBJECT IDENTIFIER of at most ${CONTENT_BYTES_MAX} bytes, in as few as possible`;
  return new WireError({ offset, expected, found: 'another' });
}
