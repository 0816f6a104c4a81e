import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { sizeOf } from './batches.ts';
import { decodeNotes, encodeNote } from './note-codec.ts';
import { Transcript, type Note, type Standing } from './transcript.ts';

/**
 * A file is full when it has both: so the two files together always hold the newest `ENTRIES_KEPT_MIN`
 * entries.
 */
export const ENTRIES_KEPT_MIN = 1024;
export const HISTORY_FILE_BYTES = 1024 * 1024;
/** Or one of these, which takes a guest that prints single bytes or empty lines: a page must not take long. */
const FILE_BYTES_FULL = 8 * HISTORY_FILE_BYTES;
const FILE_ENTRIES_FULL = 16 * ENTRIES_KEPT_MIN;

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
  /** Notes that the disk did not take; the numbers went on meanwhile. */
  #unwritten = 0;
  /** The file does not say where it stands, or no longer rightly. */
  #isAdrift = false;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens what there is, or begins. A file's torn end is cut off. */
  static open(folder: string): History {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const self = new History(folder);
    const files = [self.#read(0), self.#read(1)] as const;
    const [older, newer] =
      startOf(files[0]) > startOf(files[1]) ? ([1, 0] as const) : ([0, 1] as const);
    self.#replay(files[older]);
    const { entries, end } = self.#replay(files[newer]);
    self.#index = newer;
    self.#file = openSync(join(folder, String(newer)), constants.O_RDWR | constants.O_CREAT, 0o640);
    ftruncateSync(self.#file, end);
    [self.#bytes, self.#entries] = [end, entries];
    if (end === 0) self.#begin();
    self.#stepOver(files);
    return self;
  }

  get standing(): Standing {
    return this.#transcript.standing;
  }

  /** Whether the files have everything, so that opening them again goes on here. */
  get isWritten(): boolean {
    return !this.#isAdrift && this.#unwritten === 0;
  }

  /** Writes a note down and returns its entries. What the disk refuses is still returned, and missing later. */
  append(note: Note): readonly ConsoleEntry[] {
    const mended = this.isWritten ? [] : this.#mend();
    const { entries, kept } = this.#transcript.take(note);
    const notes = note.kind === 'data' ? kept.map((bytes) => ({ ...note, bytes })) : [note];
    for (const one of notes) {
      // What stands behind something missing would be numbered wrongly.
      if (!this.#isAdrift && this.#write(one)) continue;
      this.#unwritten += 1;
      this.#isAdrift = true;
    }
    this.#entries += entries.length;
    if (this.#isFull) this.#turnOver();
    return mended.length === 0 ? entries : [...mended, ...entries];
  }

  get #isFull(): boolean {
    return (
      (this.#bytes >= HISTORY_FILE_BYTES && this.#entries >= ENTRIES_KEPT_MIN) ||
      this.#bytes >= FILE_BYTES_FULL ||
      this.#entries >= FILE_ENTRIES_FULL
    );
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
    const first = this.#firstWanted(from);
    for (const entry of this.#entriesFrom(first)) {
      // A clock may be set back: what follows an entry that is wanted is wanted too.
      if (entries.length === 0 && from.kind === 'since' && entry.at < from.at) continue;
      bytes += sizeOf(entry);
      if (entries.length === max.entries || bytes > max.bytes) return { entries, more: true };
      entries.push(entry);
    }
    return { entries, more: false };
  }

  #firstWanted(from: HistoryStart): number {
    switch (from.kind) {
      case 'count':
        return this.#transcript.standing.nextSeq - from.count;
      case 'since':
        return 0;
      case 'after':
        return from.seq + 1;
    }
  }

  *#entriesFrom(first: number): Generator<ConsoleEntry> {
    const transcript = new Transcript();
    const [older, newer] = [this.#read(1 - this.#index), this.#read(this.#index)];
    for (const file of first >= startOf(newer) ? [newer] : [older, newer]) {
      for (const { note } of notesIn(file)) {
        for (const entry of transcript.take(note).entries) if (entry.seq >= first) yield entry;
      }
    }
  }

  #read(index: number): Buffer {
    return readIfThere(join(this.#folder, String(index)));
  }

  #replay(file: Buffer): { readonly entries: number; readonly end: number } {
    let [entries, end] = [0, 0];
    for (const decoded of notesIn(file)) {
      entries += this.#transcript.take(decoded.note).entries.length;
      ({ end } = decoded);
    }
    return { entries, end };
  }

  /**
   * A file may have lost its blocks with the power. Its numbers were seen and may not be used again: it
   * held no more entries than bytes.
   */
  #stepOver(files: readonly Buffer[]): void {
    let damaged = 0;
    for (const file of files) if (startOf(file) === 0) damaged += file.length;
    if (damaged === 0) return;
    const { standing } = this.#transcript;
    this.#transcript.take({ kind: 'start', ...standing, nextSeq: standing.nextSeq + damaged });
    this.#begin();
    this.append({ kind: 'gap', at: Date.now(), why: DAMAGED });
    for (const [index, file] of files.entries()) {
      if (startOf(file) === 0 && index !== this.#index)
        truncateIfThere(join(this.#folder, String(index)));
    }
  }

  /** The older file becomes the newer one. */
  #turnOver(): void {
    const next = 1 - this.#index;
    let file: number;
    try {
      // Somebody may have removed it to make room.
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
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
    this.#isAdrift = !this.#write({ kind: 'start', ...this.#transcript.standing });
  }

  /** Says where it stands again, and that something is missing, once the disk takes it. */
  #mend(): readonly ConsoleEntry[] {
    if (this.#isAdrift) this.#begin();
    if (this.#isAdrift || this.#unwritten === 0) return [];
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
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      // The disk takes nothing at all any more; a torn end is cut off when the file is opened again.
    }
    return false;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

const DAMAGED = 'a file of this history is damaged; what was in it is lost';

/** The number the first entry of a file has; 0 for what is no file of ours. */
function startOf(file: Buffer): number {
  for (const { note } of decodeNotes(file)) return note.kind === 'start' ? note.nextSeq : 0;
  return 0;
}

/** A file's notes; none when it does not say where it stands. */
function notesIn(file: Buffer): ReturnType<typeof decodeNotes> {
  return decodeNotes(startOf(file) === 0 ? NOTHING : file);
}

const NOTHING = Buffer.alloc(0);

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return NOTHING;
  }
}

function truncateIfThere(path: string): void {
  try {
    truncateSync(path);
  } catch {
    // It is not there, or stays as it is, and is stepped over again.
  }
}
