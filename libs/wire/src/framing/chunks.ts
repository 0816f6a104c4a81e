import { concatenate } from '../der/writer.ts';
import { WireError } from '../wire-error.ts';
import { encodeEnd, encodeFrame, PREFIX_LENGTH, type Frame } from './frame.ts';

/**
 * An image, or the content of a block device, as it is or as one zlib stream:
 *
 * ```text
 * chunks = *frame end      ; what the frames hold is no DER, but the bytes themselves
 * end    = 00 00 00 00
 * ```
 *
 * Of a longer chunk the original's daemon loses what is behind this, when the content is compressed. The
 * pieces that a dump comes in as data may not be longer either.
 */
export const CHUNK_BYTES_MAX = 65_536;

/** What the original sends of content that is not compressed. */
export const RAW_CHUNK_BYTES_MAX = 4096;

/** The chunks as they are sent, and their end. Nothing is sent for a piece without bytes, which would be an end. */
export async function* encodeChunks(
  content: AsyncIterable<Uint8Array>,
  { compressed }: { readonly compressed: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of content)
    for (const chunk of cutIntoChunks(piece, { compressed }))
      // In one piece: a length in a TLS record of its own would be a waste.
      yield concatenate(encodeFrame([chunk]));
  yield concatenate(encodeEnd());
}

/** Views of the bytes, none of them empty, as chunks or for data. */
export function* cutIntoChunks(
  bytes: Uint8Array,
  { compressed }: { readonly compressed: boolean },
): Generator<Uint8Array, void, undefined> {
  const max = compressed ? CHUNK_BYTES_MAX : RAW_CHUNK_BYTES_MAX;
  for (let at = 0; at < bytes.length; at += max) yield bytes.subarray(at, at + max);
}

/**
 * What the chunks hold, up to their end; whatever follows it is left to who has the frames. Throws
 * `WireError` when they stop before, as the original's endpoint drops who does so.
 */
export async function* readChunks(
  frames: AsyncIterator<Frame, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0;
  for (;;) {
    const next = await frames.next();
    if (next.done === true)
      throw new WireError({ offset, expected: 'a chunk or the end of them', found: 'the end' });
    if (next.value.kind === 'end') return;
    offset = next.value.offset + PREFIX_LENGTH + next.value.bytes.length;
    yield next.value.bytes;
  }
}
