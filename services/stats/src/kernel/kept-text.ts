import { closeSync } from 'node:fs';
import { openToRead, readPieces } from './kernel-file.ts';
import type { Kernel } from './kernel.ts';

/** Of files kept open each takes the kernel some five kilobytes, which are counted as ours. */
export const KEPT_FILES_MAX = 10_000;

/** How many more files may be kept open: there is one to each process that cannot be done without. */
export class KeptFiles {
  #left: number;

  constructor({ openFilesMax }: Pick<Kernel, 'openFilesMax'>) {
    this.#left = Math.min(KEPT_FILES_MAX, Math.floor(openFilesMax / 2));
  }

  get left(): number {
    return this.#left;
  }

  /** False when there may be no more. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }

  giveBack(): void {
    this.#left += 1;
  }
}

/**
 * A file of the kernel that answers anew whenever it is read from its beginning. It is kept open where there is
 * room for it: to find it again by its path takes three times as long as to read it.
 */
export class KeptText implements Disposable {
  readonly #folder: string;
  readonly #file: string;
  readonly #room: KeptFiles;
  #fd: number | null = null;

  constructor(folder: string, file: string, room: KeptFiles) {
    this.#folder = folder;
    this.#file = file;
    this.#room = room;
  }

  /** As it is now. Throws what the system answers. */
  read(): string {
    return this.#readKept() ?? this.#readByPath();
  }

  /** Null when it is not kept, or what it belonged to is gone: another may be in its place. */
  #readKept(): string | null {
    if (this.#fd === null) return null;
    try {
      const text = readPieces(this.#fd);
      if (text !== '') return text;
    } catch {
      // Whatever it is, the path will tell.
    }
    this[Symbol.dispose]();
    return null;
  }

  #readByPath(): string {
    const fd = openToRead(`${this.#folder}/${this.#file}`);
    try {
      const text = readPieces(fd);
      if (text !== '' && this.#room.take()) this.#fd = fd;
      return text;
    } finally {
      if (this.#fd === null) closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    this.#room.giveBack();
  }
}
