import { createHash } from 'node:crypto';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_WRITES_IN_FLIGHT,
  finishBlob,
  openBlob,
  writeBlob,
} from '../contracts/blob.ts';
import type { UnikernelName } from '../domain/name.ts';
import type { Bus } from './bus.ts';

/** Uploads bytes for a later command and returns the blob's id. Throws a `Failure`. */
export async function upload(bus: Bus, name: UnikernelName, bytes: Uint8Array): Promise<string> {
  const { blob } = await bus.request(openBlob, { name, sizeBytes: bytes.length });
  let next = 0;
  async function writeInTurn(): Promise<void> {
    while (next < bytes.length) {
      const offset = next;
      next += BLOB_CHUNK_BYTES_MAX;
      const chunk = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES_MAX);
      try {
        await bus.request(writeBlob, { name, blob, offset, bytes: chunk });
      } catch (error) {
        // Nobody waits for the rest any more.
        next = bytes.length;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: BLOB_WRITES_IN_FLIGHT }, writeInTurn));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await bus.request(finishBlob, { name, blob, sha256 });
  return blob;
}
