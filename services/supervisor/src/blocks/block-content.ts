import { inflate } from '@albatross/shared/bus/zlib-stream';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { writeSparsely } from '@albatross/shared/runtime/sparse-file';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { BlobRoom } from '../blobs/blob-room.ts';
import type { TakenBlob } from '../blobs/blobs.ts';

interface Target {
  readonly name: UnikernelName;
  readonly file: FileHandle;
  readonly sizeBytes: number;
}

/**
 * Writes an upload into a block device's new file, piece by piece and without its zeros. Throws a
 * `Failure`: `BLOCK_OVERFLOW`, `COMPRESSION_INVALID`, or `DISK_FULL` before the disk is really full.
 */
export async function writeContent(
  { name, file, sizeBytes }: Target,
  blob: TakenBlob,
  compressed: boolean,
  room: BlobRoom,
): Promise<void> {
  let done = 0;
  async function take(bytes: Uint8Array): Promise<void> {
    if (done + bytes.length > sizeBytes) throw overflow(name, sizeBytes);
    await writeSparsely(file, bytes, done, (byteCount) => room.requireRoom(byteCount));
    done += bytes.length;
  }
  const source = createReadStream(blob.path);
  if (compressed) return await inflate(source, take);
  if (blob.sizeBytes > sizeBytes) throw overflow(name, sizeBytes);
  for await (const bytes of source) await take(bytes as Buffer);
}

function overflow(name: UnikernelName, sizeBytes: number): Failure {
  return new Failure(
    'BLOCK_OVERFLOW',
    `the content has more than the ${sizeBytes} bytes of the block device ${name}`,
    { name, sizeBytes },
  );
}
