import type { FileHandle } from 'node:fs/promises';

const HOLE_BYTES = 4096;
const ZEROS = Buffer.alloc(HOLE_BYTES);

/**
 * Writes bytes into a file that has nothing yet from there on, and leaves out what is zeros anyway: a hole
 * in a file reads as zeros, and takes no room. Whoever calls it sets the file's size in the end, for it may
 * end in a hole. `beforeWrite` is told how many bytes follow, and may throw.
 */
export async function writeSparsely(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  beforeWrite: (byteCount: number) => void = () => undefined,
): Promise<void> {
  for (const { start, end } of solidParts(bytes, position)) {
    beforeWrite(end - start);
    await writeAll(file, bytes.subarray(start, end), position + start);
  }
}

/** The kernel may take less than it was given, as it does of the last chunk that a full disk has room for. */
export async function writeAll(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The longest stretches without a whole block of zeros. Blocks are counted from the file's beginning. */
function* solidParts(bytes: Uint8Array, position: number): Generator<Part> {
  let start: number | null = null;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + HOLE_BYTES - ((position + at) % HOLE_BYTES));
    if (!isZeros(bytes.subarray(at, end))) {
      start ??= at;
    } else if (start !== null) {
      yield { start, end: at };
      start = null;
    }
    at = end;
  }
  if (start !== null) yield { start, end: bytes.length };
}

function isZeros(bytes: Uint8Array): boolean {
  return ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0;
}
