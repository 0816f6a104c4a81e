import type { Script } from './script.ts';

/** What became of the lines of one unikernel. */
export interface Settlement {
  /** Lines and markers, by the number of the newest. */
  readonly entries: number;
  /** Lines that were recorded. */
  readonly recorded: number;
  /** Counted in markers. */
  readonly dropped: number;
  /** Gap markers. */
  readonly gaps: number;
  /** What is missing where a gap marker stands: lines, and the bytes of the most at one. */
  readonly lostAtGaps: number;
  readonly lostBytesMost: number;
  /** Entries that nobody ever saw: they are known by their numbers. */
  readonly unseen: number;
  /** What is not as it must be. */
  readonly problems: readonly string[];
}

/**
 * Holds the entries of one console, told in their order, against what was printed: every line must be there,
 * counted as dropped just where it is not, or missing where a gap marker stands.
 */
export class Reckoning {
  readonly #script: Script;
  readonly #problems: string[] = [];
  readonly #sums = { recorded: 0, dropped: 0, gaps: 0, unseen: 0, lostAtGaps: 0, lostBytesMost: 0 };
  /** The last of the guest's lines that was there, and what was told since. */
  #line: number;
  #since = NOTHING;

  /** `line`: what is before it, and that line itself, is nobody's concern. */
  constructor(script: Script, line = 0) {
    this.#script = script;
    this.#line = line;
  }

  line(index: number, seq: number): void {
    this.#sums.recorded += 1;
    this.#reach(index, `line ${index}, entry ${seq}`);
  }

  /** An entry that nobody saw, taken for a line: were it a marker, what it stands for would be missing. */
  unseen(): void {
    this.#sums.recorded += 1;
    this.#sums.unseen += 1;
    this.#since = { ...this.#since, unseen: this.#since.unseen + 1 };
  }

  dropped(lines: number): void {
    this.#sums.dropped += lines;
    this.#since = { ...this.#since, dropped: this.#since.dropped + lines };
  }

  gap(): void {
    this.#sums.gaps += 1;
    this.#since = { ...this.#since, isGap: true };
  }

  /** What is left of a line of which the rest was lost at a gap. */
  torn(bytes: number): void {
    this.#since = { ...this.#since, tornBytes: this.#since.tornBytes + bytes };
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Nothing follows. */
  settle(entries: number): Settlement {
    // As if one more line stood there; whoever never stops has no end that could be missing.
    if (this.#script.total !== null) this.#reach(this.#script.total + 1, 'its end');
    return { entries, ...this.#sums, problems: this.#problems };
  }

  #reach(index: number, where: string): void {
    const { dropped, unseen, isGap, tornBytes } = this.#since;
    const missing = index - this.#line - 1 - dropped - unseen;
    if (missing < 0 || (missing > 0 && !isGap))
      this.problem(`${describe(missing)} between line ${this.#line} and ${where}`);
    if (missing > 0 && isGap) {
      const bytes = this.#script.bytesOf(this.#line + 1, index - 1) - tornBytes;
      this.#sums.lostAtGaps += missing;
      this.#sums.lostBytesMost = Math.max(this.#sums.lostBytesMost, bytes);
    }
    this.#line = index;
    this.#since = NOTHING;
  }
}

const NOTHING = { dropped: 0, unseen: 0, isGap: false, tornBytes: 0 };

function describe(missing: number): string {
  return missing > 0
    ? `${missing} lines are neither there nor counted as dropped`
    : `${-missing} lines too many are there or counted as dropped`;
}
