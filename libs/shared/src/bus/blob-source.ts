import type { FileHandle } from 'node:fs/promises';
import { BLOB_CHUNK_BYTES_MAX } from '../contracts/blob.ts';
import { Failure } from '../contracts/failures.ts';
import { deflated, type Bytes } from './zlib-stream.ts';

/** What an upload sends, from its beginning to its end; read once, and never held as a whole. */
export interface BlobSource {
  /** Null: not known before the end. */
  readonly sizeBytes: number | null;
  /** Pieces of any size, in order. Their bytes may not change any more. */
  readonly pieces: () => Bytes;
}

export function bytesSource(bytes: Uint8Array): BlobSource {
  async function* pieces(): Bytes {
    if (bytes.length > 0) yield bytes;
  }
  return { sizeBytes: bytes.length, pieces };
}

/** The first so many bytes of an open file, whose owner closes it. */
export function fileSource(file: FileHandle, sizeBytes: number): BlobSource {
  async function* pieces(): Bytes {
    for (let at = 0; at < sizeBytes;) {
      const wanted = Math.min(BLOB_CHUNK_BYTES_MAX, sizeBytes - at);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, at);
      if (bytesRead === 0) {
        throw new Failure('FILE_UNREADABLE', `the file became shorter while it was being read`);
      }
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  return { sizeBytes, pieces };
}

/** The same as a zlib stream; level 0 leaves it as it is. */
export function deflatedSource(source: BlobSource, level: number): BlobSource {
  if (level === 0) return source;
  return { sizeBytes: null, pieces: () => deflated(source.pieces(), level) };
}

/** Cuts what comes in pieces of any size into chunks of the largest size, the last one smaller. */
export async function* inChunks(pieces: Bytes): Bytes {
  let parts: Uint8Array[] = [];
  let byteCount = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOB_CHUNK_BYTES_MAX - byteCount);
      parts.push(part);
      byteCount += part.length;
      at += part.length;
      if (byteCount < BLOB_CHUNK_BYTES_MAX) continue;
      yield joined(parts);
      [parts, byteCount] = [[], 0];
    }
  }
  if (byteCount > 0) yield joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
