import { ImageError } from './image-error.ts';

/** Where an image's bytes come from; `read` returns exactly `length` bytes, and is never asked beyond `size`. */
export interface ImageSource {
  /** Bytes. */
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

/** An image already in memory. Asked beyond its end it throws `RangeError`: that is a defect of the reader. */
export function bytesSource(bytes: Uint8Array): ImageSource {
  return {
    size: bytes.length,
    read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new RangeError(`read of ${length} bytes at ${offset} of ${bytes.length}`);
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * Reads `length` bytes at `offset`; `part` names them in the error. Everything this library reads
 * passes here, so nothing is asked of a source that it does not have.
 *
 * @throws ImageError IMAGE_TRUNCATED
 */
export function readPart(
  source: ImageSource,
  part: string,
  offset: number,
  length: number,
): DataView {
  const needed = offset + length;
  if (needed > source.size) throw truncated(part, source.size, needed);
  const bytes = source.read(offset, length);
  // A file can become shorter while it is read.
  if (bytes.length !== length) throw truncated(part, offset + bytes.length, needed);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function truncated(part: string, available: number, needed: number): ImageError {
  return new ImageError(
    'IMAGE_TRUNCATED',
    `the image is cut short: its ${part} ends at byte ${needed}, but there are only ${available} bytes; ` +
      'build or transfer it again',
    { part, available, needed },
  );
}
