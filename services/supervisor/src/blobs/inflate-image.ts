import { inflate } from '@albatross/shared/bus/zlib-stream';
import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import { writeAll } from '@albatross/shared/runtime/sparse-file';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { TakenBlob } from './blobs.ts';
import { diskFailure } from '../disk.ts';

/**
 * Replaces an upload that is a zlib stream by what it holds, piece by piece. What is returned stands for
 * the upload from then on; when this fails, the upload is as it was. Throws a `Failure`:
 * `COMPRESSION_INVALID`, `BLOB_LIMIT` when it holds more than an image may have, `IMAGE_EMPTY`, `DISK_FULL`.
 */
export async function inflateImage(blob: TakenBlob, bytesMax = BLOB_BYTES_MAX): Promise<TakenBlob> {
  const path = `${blob.path}.inflated`;
  try {
    const hash = createHash('sha256');
    const sizeBytes = await inflateInto(path, blob, hash, bytesMax);
    if (sizeBytes === 0) throw new Failure('IMAGE_EMPTY', 'the image is empty');
    await rename(path, blob.path);
    blob.share.settle(sizeBytes);
    return { ...blob, digest: hash.digest('hex'), sizeBytes };
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    blob.share.settle(blob.sizeBytes);
    throw diskFailure(error);
  }
}

/** Returns how many bytes it holds. */
async function inflateInto(
  path: string,
  blob: TakenBlob,
  hash: Hash,
  bytesMax: number,
): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let done = 0;
  try {
    await inflate(createReadStream(blob.path), async (bytes) => {
      const end = done + bytes.length;
      if (end > bytesMax) {
        throw new Failure(
          'BLOB_LIMIT',
          `an image has at most ${bytesMax} bytes; this one has more when it is inflated`,
        );
      }
      blob.share.grow(blob.sizeBytes + end);
      hash.update(bytes);
      await writeAll(file, bytes, done);
      done = end;
      blob.share.arrived(blob.sizeBytes + end);
    });
  } finally {
    await file.close();
  }
  return done;
}
