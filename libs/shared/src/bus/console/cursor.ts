import type { ConsoleEntry, HistoryStart } from '../../contracts/console.ts';

/**
 * How entries that were told stand to what was shown: `next`: they go on where that ends; `seen`: they are
 * in it; `step`: something in between is missing; `anew`: the console was forgotten and counts from one again.
 */
export type Place = 'next' | 'seen' | 'step' | 'anew';

/** How far one console was shown. */
export class ConsoleCursor {
  readonly #start: HistoryStart;
  /** Number of the last entry shown; null where only a time is known. */
  #seq: number | null;
  #at: number;

  constructor(start: HistoryStart) {
    this.#start = start;
    this.#seq = start.kind === 'after' ? start.seq : null;
    this.#at = start.kind === 'since' ? start.at - 1 : 0;
  }

  /** Number of the last entry shown; 0 before the first. */
  get seq(): number {
    return this.#seq ?? 0;
  }

  /** Latest time of an entry shown; before the first, of what is not wanted. */
  get at(): number {
    return this.#at;
  }

  /** Whether it is known which number comes next. */
  get isPlaced(): boolean {
    return this.#seq !== null;
  }

  /** Whence to ask for more. */
  get next(): HistoryStart {
    if (this.#seq === null && this.#start.kind === 'since') return this.#start;
    return { kind: 'after', seq: this.seq };
  }

  place(entries: readonly ConsoleEntry[]): Place {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return 'seen';
    // A life that begins where none was goes on where all that was before ends.
    if (this.#seq === null) return first.entry.kind === 'boot' ? 'next' : 'step';
    if (first.seq <= this.#seq && first.at > this.#at) return 'anew';
    if (last.seq <= this.#seq) return 'seen';
    return first.seq <= this.#seq + 1 ? 'next' : 'step';
  }

  /** What is to be shown of an entry: nothing when it was, a gap before it where something is missing. */
  take(entry: ConsoleEntry): readonly ConsoleEntry[] {
    const missing = this.#seq === null ? 0 : entry.seq - this.#seq - 1;
    if (missing < 0) return [];
    this.skipTo(entry);
    return missing === 0 ? [entry] : [lostEntry(entry, missing), entry];
  }

  /** Counts an entry, and all before it, as shown. */
  skipTo({ seq, at }: ConsoleEntry): void {
    // A clock may be set back, and numbers are not taken for new ones because of it.
    this.#at = this.#seq === null ? at : Math.max(this.#at, at);
    this.#seq = seq;
  }

  beginAnew(): void {
    this.#seq = 0;
  }
}

/** Stands where the history no longer reaches. */
function lostEntry(next: ConsoleEntry, missing: number): ConsoleEntry {
  const which = missing === 1 ? '1 older entry is' : `${countOf(missing)} older entries are`;
  return {
    seq: next.seq - 1,
    at: next.at,
    entry: { kind: 'gap', why: `${which} not kept any more` },
  };
}

/** Numbers are jumped over where nobody knows which were used: so many entries there never were. */
function countOf(missing: number): string {
  return missing < BELIEVABLE ? String(missing) : 'an unknown number of';
}

const BELIEVABLE = 1e12;
