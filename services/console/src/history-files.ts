import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { BEHIND_FLAG, FLAGS_OFFSET } from './note-codec.ts';

/** A file of a history; null where there is none. */
export type Content = Buffer | null;

const { O_CREAT, O_NOFOLLOW, O_RDWR, O_TRUNC } = constants;

/**
 * The two files of a history, of which one is written. Nothing here throws, whatever the disk does: it says
 * that it did not work.
 */
export class HistoryFiles implements Disposable {
  readonly #folder: string;
  readonly #sizes: [number, number] = [0, 0];
  #current: 0 | 1 = 0;
  #file: number | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Of both, as far as they could be read. */
  get bytes(): number {
    return this.#sizes[0] + this.#sizes[1];
  }

  /** Of the one that is written. */
  get currentBytes(): number {
    return this.#sizes[this.#current];
  }

  get isOpen(): boolean {
    return this.#file !== null;
  }

  /** Null when there is one that cannot be read. */
  read(): readonly [Content, Content] | null {
    try {
      const contents = [this.#readOne(0), this.#readOne(1)] as const;
      // What is written is known better than what is read while the disk is full.
      for (const index of [0, 1] as const)
        if (!this.isOpen || index !== this.#current)
          this.#sizes[index] = contents[index]?.length ?? 0;
      return contents;
    } catch {
      return null;
    }
  }

  #readOne(index: 0 | 1): Content {
    try {
      return readFileSync(this.#path(index));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Writes on at `end` of that file; what stands behind it was never completely written. */
  open(index: 0 | 1, end: number): boolean {
    const file = this.#tryOpen(index, 0);
    if (file === null) return false;
    try {
      // A file that is cut has its time changed, even where nothing is cut off.
      if (fstatSync(file).size !== end) ftruncateSync(file, end);
    } catch {
      closeSync(file);
      return false;
    }
    this.#use(file, index, end);
    return true;
  }

  /** The other file becomes the one that is written, with nothing in it but that. Or all stays as it is. */
  turnOver(start: Uint8Array): boolean {
    const next = this.#current === 0 ? 1 : 0;
    const file = this.#tryOpen(next, O_TRUNC);
    if (file === null) return false;
    this.#sizes[next] = 0;
    if (!writeAll(file, start, 0)) {
      closeSync(file);
      return false;
    }
    this.#use(file, next, start.length);
    return true;
  }

  #tryOpen(index: 0 | 1, flags: number): number | null {
    try {
      // Somebody may have removed it to make room.
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      return openSync(this.#path(index), O_RDWR | O_CREAT | O_NOFOLLOW | flags, 0o640);
    } catch {
      return null;
    }
  }

  #use(file: number, index: 0 | 1, end: number): void {
    this[Symbol.dispose]();
    [this.#file, this.#current, this.#sizes[index]] = [file, index, end];
  }

  /** All of it or nothing of it. */
  append(encoded: Uint8Array): boolean {
    if (this.#file === null || !writeAll(this.#file, encoded, this.currentBytes)) return false;
    this.#sizes[this.#current] += encoded.length;
    return true;
  }

  /** Throws away what is in the file that is not written. */
  emptyOther(): void {
    const other = this.#current === 0 ? 1 : 0;
    try {
      truncateSync(this.#path(other));
      this.#sizes[other] = 0;
    } catch {
      // It is not there, or stays as it is.
    }
  }

  /** Says in the first note of the file that is written whether numbers went on without it. */
  mark(isBehind: boolean): void {
    if (this.#file === null || this.currentBytes <= FLAGS_OFFSET) return;
    const flags = new Uint8Array(1);
    try {
      readSync(this.#file, flags, 0, 1, FLAGS_OFFSET);
      const others = (flags[0] ?? 0) & ~BEHIND_FLAG;
      flags[0] = others | (isBehind ? BEHIND_FLAG : 0);
      writeSync(this.#file, flags, 0, 1, FLAGS_OFFSET);
    } catch {
      // Then the disk cannot be written when it is opened again either, which tells the same.
    }
  }

  #path(index: 0 | 1): string {
    return join(this.#folder, String(index));
  }

  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function writeAll(file: number, bytes: Uint8Array, end: number): boolean {
  try {
    if (writeSync(file, bytes, 0, bytes.length, end) === bytes.length) return true;
  } catch {
    // No room; what may have got through is cut off again.
  }
  try {
    ftruncateSync(file, end);
  } catch {
    // The disk takes nothing at all any more; a torn end is cut off when the file is opened again.
  }
  return false;
}
