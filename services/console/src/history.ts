import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { decodeNotes, encodeNote } from './note-codec.ts';
import { Transcript, type Note, type Standing } from './transcript.ts';

/**
 * A file is full when it has both: so the two files together always hold the newest `ENTRIES_KEPT_MIN`
 * entries, and never more than about twice their largest size.
 */
export const ENTRIES_KEPT_MIN = 1024;
export const HISTORY_FILE_BYTES = 1024 * 1024;

/**
 * What one unikernel printed, over all its lives: two files of notes, of which the older is thrown away
 * when the newer is full. Written with one system call in the tick that read the bytes, so that a killed
 * process loses nothing it has written (the page cache is the kernel's). Synchronous throughout: nothing
 * can come in between.
 */
export class History implements Disposable {
  readonly #folder: string;
  readonly #transcript = new Transcript();
  #file = -1;
  #index = 0;
  #bytes = 0;
  #entries = 0;
  /** What the disk did not take; the numbers went on meanwhile. */
  #unwritten = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens what there is, or begins. A file's torn end is cut off. */
  static open(folder: string): History {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const self = new History(folder);
    const files = ['0', '1'].map((name) => readIfThere(join(folder, name)));
    const [older, newer] = startOf(files[0]) > startOf(files[1]) ? [1, 0] : [0, 1];
    self.#replay(files[older]);
    const { entries, end } = self.#replay(files[newer]);
    self.#index = newer;
    self.#file = openSync(join(folder, String(newer)), constants.O_RDWR | constants.O_CREAT, 0o640);
    ftruncateSync(self.#file, end);
    [self.#bytes, self.#entries] = [end, entries];
    if (end === 0) self.#begin();
    return self;
  }

  get standing(): Standing {
    return this.#transcript.standing;
  }

  /** Writes a note down and returns its entries. What the disk refuses is still returned, and missing later. */
  append(note: Note): readonly ConsoleEntry[] {
    const mended = this.#unwritten > 0 ? this.#mend() : [];
    const { entries, kept } = this.#transcript.take(note);
    const notes = note.kind === 'data' ? kept.map((bytes) => ({ ...note, bytes })) : [note];
    for (const one of notes) if (!this.#write(one)) this.#unwritten += 1;
    this.#entries += entries.length;
    if (this.#bytes >= HISTORY_FILE_BYTES && this.#entries >= ENTRIES_KEPT_MIN) this.#turnOver();
    return [...mended, ...entries];
  }

  /** Entries from some point on, oldest first, at most `max`; `more` when there are more. */
  read(
    from: HistoryStart,
    max: { readonly entries: number; readonly bytes: number },
  ): {
    entries: ConsoleEntry[];
    more: boolean;
  } {
    const entries: ConsoleEntry[] = [];
    let bytes = 0;
    for (const entry of this.#allEntries()) {
      if (!this.#isWanted(entry, from)) continue;
      bytes += 64 + (entry.entry.kind === 'line' ? entry.entry.bytes.length : 0);
      if (entries.length === max.entries || bytes > max.bytes) return { entries, more: true };
      entries.push(entry);
    }
    return { entries, more: false };
  }

  #isWanted({ seq, at }: ConsoleEntry, from: HistoryStart): boolean {
    switch (from.kind) {
      case 'count':
        return seq >= this.#transcript.standing.nextSeq - from.count;
      case 'since':
        return at >= from.at;
      case 'after':
        return seq > from.seq;
    }
  }

  *#allEntries(): Generator<ConsoleEntry> {
    const transcript = new Transcript();
    for (const index of [1 - this.#index, this.#index]) {
      const file = readIfThere(join(this.#folder, String(index)));
      for (const { note } of decodeNotes(file)) yield* transcript.take(note).entries;
    }
  }

  #replay(file: Buffer | undefined): { readonly entries: number; readonly end: number } {
    let [entries, end] = [0, 0];
    for (const decoded of decodeNotes(file ?? Buffer.alloc(0))) {
      entries += this.#transcript.take(decoded.note).entries.length;
      ({ end } = decoded);
    }
    return { entries, end };
  }

  /** The older file becomes the newer one. */
  #turnOver(): void {
    const next = 1 - this.#index;
    let file: number;
    try {
      file = openSync(join(this.#folder, String(next)), 'w+', 0o640);
    } catch {
      return;
    }
    closeSync(this.#file);
    this.#file = file;
    [this.#index, this.#bytes, this.#entries] = [next, 0, 0];
    this.#begin();
  }

  /** The first note of a file says where it stands. */
  #begin(): void {
    if (!this.#write({ kind: 'start', ...this.#transcript.standing })) this.#unwritten += 1;
  }

  /** Says where it stands again, and that something is missing, once the disk takes it. */
  #mend(): readonly ConsoleEntry[] {
    if (!this.#write({ kind: 'start', ...this.#transcript.standing })) return [];
    const why = `the disk was full: ${this.#unwritten} reads were not kept`;
    this.#unwritten = 0;
    return this.append({ kind: 'gap', at: Date.now(), why });
  }

  /** All of the note or nothing of it. */
  #write(note: Note): boolean {
    const encoded = encodeNote(note);
    try {
      if (writeSync(this.#file, encoded, 0, encoded.length, this.#bytes) === encoded.length) {
        this.#bytes += encoded.length;
        return true;
      }
    } catch {
      // No room; what may have got through is cut off again.
    }
    ftruncateSync(this.#file, this.#bytes);
    return false;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/** The number the first entry of a file has; 0 for no file. */
function startOf(file: Buffer | undefined): number {
  for (const { note } of decodeNotes(file ?? Buffer.alloc(0)))
    return note.kind === 'start' ? note.nextSeq : 0;
  return 0;
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
