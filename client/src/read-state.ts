import { Failure } from '@albatross/shared/contracts/failures';
import { decodeState, WireError, type WireState } from '@albatross/wire';
import { open, type FileHandle } from 'node:fs/promises';

/** Largest state file: it holds the images of all unikernels, and is kept in memory. */
export const STATE_BYTES_MAX = 2 ** 32 - 1;

/** Reads what the original's daemon wrote. Throws a `Failure`. */
export async function readState(file: string): Promise<WireState> {
  const bytes = await readWhole(file).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw unreadable(file, why);
  });
  try {
    return decodeState(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const message = `${file} is no state of the original's daemon, or is damaged: ${error.message}`;
    throw new Failure('STATE_INVALID', message, { file, offset: error.offset });
  }
}

async function readWhole(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw unreadable(file, 'EISDIR');
    if (!status.isFile()) throw unreadable(file, 'it is no regular file');
    if (status.size <= STATE_BYTES_MAX) return await readBytes(handle, status.size);
    throw unreadable(file, `it has ${status.size} bytes, and at most ${STATE_BYTES_MAX} are read`);
  } finally {
    await handle.close();
  }
}

/** Fewer when it becomes shorter meanwhile; then it will be found damaged. */
async function readBytes(handle: FileHandle, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let doneBytes = 0;
  while (doneBytes < sizeBytes) {
    const length = Math.min(sizeBytes - doneBytes, PIECE_BYTES);
    const { bytesRead } = await handle.read(bytes, doneBytes, length, doneBytes);
    if (bytesRead === 0) break;
    doneBytes += bytesRead;
  }
  return bytes.subarray(0, doneBytes);
}

/** One call reads less than 2 GiB. */
const PIECE_BYTES = 64 * 1024 * 1024;

function unreadable(file: string, why: string): Failure {
  return new Failure('FILE_UNREADABLE', `${file} cannot be read: ${why}`, { file });
}
