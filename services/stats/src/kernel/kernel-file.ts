import { closeSync, constants, openSync, readSync } from 'node:fs';

/** What one system call reads at most; the kernel hands its tables over in pages. */
const PIECE_BYTES = 4096;
/** Nobody waits between reading and taking the text out: one serves all, and to make one takes longer than to read. */
const PIECE = Buffer.allocUnsafeSlow(PIECE_BYTES);
/** No file we read has as much. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Opens a file to be read; a fifo in its place does not make us wait. Throws what the system answers. */
export function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/**
 * The text of a file that is no table, one character a byte: the kernel hands it over whole, as far as a piece
 * has room. Throws what the system answers.
 */
export function readText(path: string): string {
  const fd = openToRead(path);
  try {
    return readPieces(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * What `parse` makes of a file that answers anew whenever it is read from its beginning, as far as a piece has
 * room. It is given the first `length` of these bytes, which are others when it has returned.
 */
export function readNow<T>(fd: number, parse: (bytes: Uint8Array, length: number) => T): T {
  return parse(PIECE, readSync(fd, PIECE, 0, PIECE_BYTES, 0));
}

/** A table of the kernel that stays open, because it is read again and again. */
export class KeptFile implements Disposable {
  readonly #path: string;
  #fd: number | null = null;
  /** How much was in it the last time. */
  #bytesBefore = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** As it is now, the caller's to keep. Throws what the system answers, and tries from the beginning the next time. */
  read(): Buffer {
    try {
      this.#fd ??= openToRead(this.#path);
      const bytes = readTable(this.#fd, this.#bytesBefore + PIECE_BYTES);
      this.#bytesBefore = bytes.length;
      return bytes;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** The same of one that is open. */
export function readPieces(fd: number): string {
  let text = '';
  for (;;) {
    const length = readSync(fd, PIECE, 0, PIECE_BYTES, text.length);
    text += PIECE.toString('latin1', 0, length);
    if (length < PIECE_BYTES) return text;
    refuseMore(text.length);
  }
}

/** Into one piece of memory, of which nobody has to be told where one read ended and the next began. */
function readTable(fd: number, bytesExpected: number): Buffer {
  let bytes = Buffer.allocUnsafeSlow(bytesExpected);
  for (let end = 0; ;) {
    if (bytes.length - end < PIECE_BYTES) {
      refuseMore(end);
      const larger = Buffer.allocUnsafeSlow(2 * bytes.length);
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    const length = readSync(fd, bytes, end, bytes.length - end, end);
    if (length === 0) return bytes.subarray(0, end);
    end += length;
  }
}

function refuseMore(length: number): void {
  if (length > FILE_BYTES_MAX) throw new Error(`more than ${FILE_BYTES_MAX} bytes`);
}
