import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { Reckoning, type Settlement } from './reckoning.ts';
import { writingIn, type Script, type Writing } from './script.ts';

type Marker =
  | { readonly kind: 'boot' | 'exit' | 'gap' }
  | { readonly kind: 'dropped'; readonly lines: number }
  /** A line that is none of the guest's: what is left of one, beside a gap. */
  | { readonly kind: 'torn'; readonly text: string };

const UNSEEN = 0;
const MARKER = -1;
const ENTRIES_FIRST = 1024;

/**
 * What was seen of one console, by the numbers of its entries and of the guest's own lines. Of each entry one
 * number is kept, since there may be millions.
 */
export class Account {
  readonly #script: Script;
  /** By the number of an entry: which of the guest's lines it is, or one of the two above. */
  #lines = new Int32Array(ENTRIES_FIRST);
  readonly #markers = new Map<number, Marker>();
  readonly #contradictions: string[] = [];
  #newest = 0;
  #reached = 0;
  #writing: Writing | null = null;

  constructor(script: Script) {
    this.#script = script;
  }

  /** The highest number of an entry. */
  get newest(): number {
    return this.#newest;
  }

  /** The guest's newest line that was seen, or counted as dropped. */
  get reached(): number {
    return this.#reached;
  }

  /** What it said about its longest writes; null when that line was not seen. */
  get writing(): Writing | null {
    return this.#writing;
  }

  /** An entry may be told again, in the same words. */
  take({ seq, entry }: ConsoleEntry): void {
    const text = entry.kind === 'line' ? Buffer.from(entry.bytes).toString() : '';
    const index = entry.kind === 'line' ? this.#script.indexOf(text) : null;
    const line = index ?? MARKER;
    const before = this.#lines[seq] ?? UNSEEN;
    if (before !== UNSEEN && before !== line)
      this.#contradictions.push(`entry ${seq} is told in two ways, once as ${entry.kind} ${text}`);
    this.#put(seq, line);
    if (line === MARKER) this.#markers.set(seq, entry.kind === 'line' ? torn(text) : entry);
    this.#writing ??= writingIn(text);
    if (seq <= this.#newest) return;
    this.#newest = seq;
    if (index !== null) this.#reached = index;
    if (entry.kind === 'dropped') this.#reached += entry.lines;
  }

  #put(seq: number, line: number): void {
    if (seq >= this.#lines.length) {
      const larger = new Int32Array(2 * seq);
      larger.set(this.#lines);
      this.#lines = larger;
    }
    this.#lines[seq] = line;
  }

  /** `from`: from the first line on that is not before that entry, as where older ones are no longer kept. */
  settle(from = 1): Settlement {
    let [seq, last] = from === 1 ? [1, 0] : this.#firstLine(from);
    const reckoning = new Reckoning(this.#script, last);
    for (const text of this.#contradictions) reckoning.problem(text);
    for (; seq <= this.#newest; seq += 1) {
      const index = this.#lines[seq] ?? UNSEEN;
      if (index === UNSEEN) reckoning.unseen();
      else if (index === MARKER) this.#tellMarker(seq, reckoning);
      // `tick 1` in front of a gap may be what was read of `tick 12`.
      else if (index <= last && this.#isBesideGap(seq)) reckoning.torn(0);
      else reckoning.line((last = index), seq);
    }
    return reckoning.settle(this.#newest);
  }

  /** What follows on it, and which line it is. */
  #firstLine(from: number): [next: number, line: number] {
    for (let seq = from; seq <= this.#newest; seq += 1) {
      const line = this.#lines[seq] ?? UNSEEN;
      if (line > 0) return [seq + 1, line];
    }
    return [this.#newest + 1, 0];
  }

  #tellMarker(seq: number, reckoning: Reckoning): void {
    const marker = this.#markers.get(seq);
    if (marker?.kind === 'dropped') reckoning.dropped(marker.lines);
    if (marker?.kind === 'gap') reckoning.gap();
    if (marker?.kind !== 'torn') return;
    reckoning.torn(marker.text.length);
    if (!this.#isBesideGap(seq))
      reckoning.problem(`entry ${seq} is no line of its: ${JSON.stringify(marker.text)}`);
  }

  #isBesideGap(seq: number): boolean {
    return [seq - 1, seq + 1].some((beside) => this.#markers.get(beside)?.kind === 'gap');
  }
}

const torn = (text: string): Marker => ({ kind: 'torn', text });
