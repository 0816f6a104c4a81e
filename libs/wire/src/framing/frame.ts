import { lengthOf, type Encoded } from '../der/writer.ts';

/**
 * A stream, of a socket as within TLS, in either direction:
 *
 * ```text
 * stream = *frame
 * frame  = length content
 * length = 4 bytes, big endian, of the content; signed, and never below 0
 * ```
 *
 * A frame holds a message, or a chunk where a command says that content follows. One without content
 * ends the chunks; where a message is expected it means that there will be none.
 */
export type Frame =
  | {
      readonly kind: 'content';
      /** Where in the stream it begins, in bytes. */
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'end'; readonly offset: number };

export const PREFIX_LENGTH = 4;

/** Bytes of content that a length can say. */
export const FRAME_BYTES_MAX = 2 ** 31 - 1;

/** Throws `RangeError` for no content, which would be an end, and for 2 GiB and more. */
export function encodeFrame(content: Encoded): Encoded {
  return [encodeLength(lengthOf(content)), ...content];
}

/** What stands before so many bytes of content. Throws as `encodeFrame`. */
export function encodeLength(length: number): Uint8Array {
  if (length === 0 || length > FRAME_BYTES_MAX)
    throw new RangeError(`no frame has ${length} bytes`);
  const prefix = new Uint8Array(PREFIX_LENGTH);
  new DataView(prefix.buffer).setUint32(0, length);
  return prefix;
}

/** The frame that ends a stream of chunks. */
export function encodeEnd(): Encoded {
  return [new Uint8Array(PREFIX_LENGTH)];
}
