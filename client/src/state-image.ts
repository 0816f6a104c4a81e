import { inflate } from '@albatross/shared/bus/zlib-stream';
import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import type { WireConfig } from '@albatross/wire';
import { createHash } from 'node:crypto';

/** An image in a state file; its size and digest are those of what a tender gets. */
export interface StateImage {
  /** As they stand in the file. */
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
  readonly sizeBytes: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string;
}

/** Inflates without keeping anything. Throws a `Failure` when no unikernel can be made of it. */
export async function measureImage(
  { image, compressed }: Pick<WireConfig, 'image' | 'compressed'>,
  bytesMax: number = BLOB_BYTES_MAX,
): Promise<StateImage> {
  if (image.length === 0)
    throw new Failure('IMAGE_EMPTY', 'the state file has no image of this unikernel');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const take = async (bytes: Uint8Array): Promise<void> => {
    sizeBytes += bytes.length;
    if (sizeBytes > bytesMax)
      throw new Failure('BLOB_LIMIT', `the image has more than ${bytesMax} bytes, which none may`);
    hash.update(bytes);
  };
  if (compressed) await inflate(inPieces(image), take);
  else await take(image);
  return { bytes: image, isCompressed: compressed, sizeBytes, digest: hash.digest('hex') };
}

async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

const PIECE_BYTES = 64 * 1024;
