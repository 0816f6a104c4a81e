import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { sizeOf } from './batches.ts';
import { HistoryFiles } from './history-files.ts';
import { encodeNote } from './note-codec.ts';
import { entriesFrom, recall, type Recalled } from './recall.ts';
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

/** Files that cannot be read or written are tried again that often, while something is printed. */
export const RECALL_RETRY_MS = 1_000;
/** See `#beyondAnyNumber`. */
const NUMBERS_PER_MILLISECOND = 64;

interface HistoryOptions {
  /** Numbers begin where none can have been used before, as by a history of this name that was thrown away. */
  readonly isAgain?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * What one unikernel printed, over all its lives: two files of notes, of which the older is thrown away
 * when the newer is full. Written with one system call in the tick that read the bytes, so that a killed
 * process loses nothing it has written (the page cache is the kernel's). Synchronous throughout: nothing
 * can come in between.
 *
 * Never throws for what a disk may do. What it does not take is numbered and handed on all the same; once
 * it does again, a gap says so.
 */
export class History implements Disposable {
  readonly #files: HistoryFiles;
  readonly #now: () => number;
  readonly #transcript = new Transcript();
  #entries = 0;
  #lastAt = 0;
  #newest: ConsoleEntry | null = null;
  /** Notes that the disk did not take; the numbers went on meanwhile. */
  #unwritten = 0;
  /** The file does not say where it stands, or no longer rightly. */
  #isAdrift = false;
  /** Its numbers were seen, and are stepped over before it is emptied. */
  #isOtherDamaged = false;
  #triedAt = 0;

  private constructor(folder: string, now: () => number) {
    this.#files = new HistoryFiles(folder);
    this.#now = now;
  }

  /** Opens what there is, or begins. A file's torn end is cut off. */
  static open(folder: string, { isAgain = false, now = Date.now }: HistoryOptions = {}): History {
    const self = new History(folder, now);
    const recalled = self.#connect();
    if (recalled !== null) self.#goOnFrom(recalled, isAgain);
    if (self.#isAdrift || !self.#files.isOpen) {
      self.#isAdrift = true;
      // Whoever was here before could not write down either how far it had come.
      self.#jump(self.#beyondAnyNumber());
    }
    return self;
  }

  #goOnFrom({ standing, damagedBytes, isBehind, ...rest }: Recalled, isAgain: boolean): void {
    this.#transcript.take({ kind: 'start', ...standing });
    [this.#lastAt, this.#newest] = [rest.lastAt, rest.newest];
    if (!this.#files.isOpen) return;
    const isJump = isBehind || isAgain;
    // A damaged file held no more entries than bytes.
    if (damagedBytes > 0) this.#jump(standing.nextSeq + damagedBytes);
    if (isJump) this.#jump(this.#beyondAnyNumber());
    if (rest.end === 0 || damagedBytes > 0 || isJump) this.#begin();
    if (this.#isAdrift || (damagedBytes === 0 && !isBehind)) return;
    this.#files.mark(false);
    this.append({ kind: 'gap', at: this.#now(), why: damagedBytes > 0 ? DAMAGED : BEHIND });
  }

  get standing(): Standing {
    return this.#transcript.standing;
  }

  /** On the disk. */
  get bytes(): number {
    return this.#files.bytes;
  }

  /** When something was last read or marked, in milliseconds since 1970; 0 when nothing ever was. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** The newest entry there was when it was opened. */
  get recalled(): ConsoleEntry | null {
    return this.#newest;
  }

  /** Whether the files have everything, so that opening them again goes on here. */
  get isWritten(): boolean {
    return this.#files.isOpen && !this.#isAdrift && this.#unwritten === 0;
  }

  /** Writes a note down and returns its entries. What the disk refuses is still returned, and missing later. */
  append(note: Note): readonly ConsoleEntry[] {
    const mended = this.isWritten ? [] : this.#mend();
    const { isAtRest } = this.#transcript;
    const { entries, kept } = this.#transcript.take(note);
    // That reading went on must be known also when nothing of it is worth keeping.
    const parts = kept.length === 0 && isAtRest ? [NOTHING] : kept;
    for (const one of note.kind === 'data' ? dataNotes(note.at, parts) : [note]) {
      // What stands behind something missing would be numbered wrongly.
      if (!this.#isAdrift && this.#files.append(encodeNote(one))) continue;
      this.#unwritten += 1;
      if (!this.#isAdrift) this.#files.mark(true);
      this.#isAdrift = true;
    }
    this.#entries += entries.length;
    if ('at' in note) this.#lastAt = note.at;
    if (this.#isFull) this.#turnOver();
    return mended.length === 0 ? entries : [...mended, ...entries];
  }

  get #isFull(): boolean {
    const { currentBytes } = this.#files;
    return (
      (currentBytes >= HISTORY_FILE_BYTES && this.#entries >= ENTRIES_KEPT_MIN) ||
      currentBytes >= FILE_BYTES_FULL ||
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
    for (const entry of entriesFrom(this.#files.read() ?? [null, null], this.#firstWanted(from))) {
      // A clock may be set back: what follows an entry that is wanted is wanted too.
      if (entries.length === 0 && from.kind === 'since' && entry.at < from.at) continue;
      bytes += sizeOf(entry);
      if (entries.length === max.entries || bytes > max.bytes) return { entries, more: true };
      entries.push(entry);
    }
    return { entries, more: false };
  }

  /** Whether the end of that life is in it. */
  hasEnd(life: number): boolean {
    for (const { entry } of entriesFrom(this.#files.read() ?? [null, null], 0))
      if (entry.kind === 'exit' && entry.life === life) return true;
    return false;
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

  /** Keeps only what is in the newer file, or, where that is all there is, nothing. */
  shed(): void {
    if (!this.#files.isOpen) return;
    if (this.#files.bytes === this.#files.currentBytes) this.#turnOver();
    this.#files.emptyOther();
  }

  /** The older file becomes the newer one. */
  #turnOver(): void {
    if (!this.#files.isOpen || !this.#files.turnOver(this.#start)) return;
    [this.#entries, this.#isAdrift, this.#isOtherDamaged] = [0, false, false];
  }

  /** Reads what there is and makes ready to write it on; null when it cannot even be read. */
  #connect(): Recalled | null {
    this.#triedAt = this.#now();
    const contents = this.#files.read();
    if (contents === null) return null;
    const recalled = recall(contents);
    this.#files.open(recalled.current, recalled.end);
    [this.#entries, this.#isOtherDamaged] = [recalled.entries, recalled.isOtherDamaged];
    return recalled;
  }

  /** Says where it stands again, and that something is missing, once the disk takes it. */
  #mend(): readonly ConsoleEntry[] {
    if (!this.#files.isOpen && !this.#reconnect()) return [];
    if (this.#isAdrift) this.#begin();
    if (this.#isAdrift) return [];
    this.#files.mark(false);
    if (this.#unwritten === 0) return [];
    const why = `the disk did not take it: ${this.#unwritten} reads were not kept`;
    this.#unwritten = 0;
    return this.append({ kind: 'gap', at: this.#now(), why });
  }

  #reconnect(): boolean {
    if (Math.abs(this.#now() - this.#triedAt) < RECALL_RETRY_MS) return false;
    const recalled = this.#connect();
    if (recalled === null) return false;
    this.#jump(recalled.standing.nextSeq + recalled.damagedBytes);
    return this.#files.isOpen;
  }

  /** The first note of a file says where it stands. */
  #begin(): void {
    this.#isAdrift = !this.#files.append(this.#start);
    if (this.#isAdrift || !this.#isOtherDamaged) return;
    this.#files.emptyOther();
    this.#isOtherDamaged = false;
  }

  get #start(): Uint8Array {
    return encodeNote({ kind: 'start', ...this.#transcript.standing });
  }

  /** Numbers go on there, unless they are beyond it already. */
  #jump(nextSeq: number): void {
    const { standing } = this.#transcript;
    if (nextSeq > standing.nextSeq) this.#transcript.take({ kind: 'start', ...standing, nextSeq });
  }

  /**
   * A number that no entry had until now, where nobody knows what numbers were used: they are counted from
   * 1, or from what this gave before, and less than 64 a millisecond. It fits 48 bits until the year 2109.
   */
  #beyondAnyNumber(): number {
    return this.#now() * NUMBERS_PER_MILLISECOND;
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }
}

function dataNotes(at: number, parts: readonly Uint8Array[]): readonly Note[] {
  return parts.map((bytes) => ({ kind: 'data', at, bytes }));
}

const NOTHING = new Uint8Array(0);
const DAMAGED = 'a file of this history is damaged; what was in it is lost';
const BEHIND = 'the disk did not take what was printed here';
