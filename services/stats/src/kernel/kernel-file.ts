import { closeSync, constants, openSync, readSync } from 'node:fs';

/** What one system call reads at most; the kernel hands its tables over in pages. */
const PIECE_BYTES = 4096;
/** No file we read has as much. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Opens a file to be read; a fifo in its place does not make us wait. Throws what the system answers. */
export function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** The text of a file, one character a byte. Throws what the system answers. */
export function readText(path: string): string {
  const fd = openToRead(path);
  try {
    return readAll(fd);
  } finally {
    closeSync(fd);
  }
}

/** The line of a file that has one only, and answers it anew whenever it is read from its beginning. */
export function readLine(fd: number): string {
  return readPiece(fd, 0);
}

/** A table of the kernel that stays open, because it is read again and again. */
export class KeptFile implements Disposable {
  readonly #path: string;
  #fd: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** As it is now. Throws what the system answers, and tries from the beginning the next time. */
  read(): string {
    try {
      this.#fd ??= openToRead(this.#path);
      return readAll(this.#fd);
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

function readAll(fd: number): string {
  let text = '';
  for (;;) {
    const piece = readPiece(fd, text.length);
    if (piece === '') return text;
    text += piece;
    if (text.length > FILE_BYTES_MAX) throw new Error(`more than ${FILE_BYTES_MAX} bytes`);
  }
}

function readPiece(fd: number, position: number): string {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  return piece.toString('latin1', 0, readSync(fd, piece, 0, PIECE_BYTES, position));
}
