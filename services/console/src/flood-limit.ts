import { LINE_BYTES_MAX } from '@albatross/shared/contracts/console';
import { TokenBucket } from './token-bucket.ts';

/** What one unikernel may print, on and on. */
export interface FloodRate {
  readonly linesPerS: number;
  readonly bytesPerS: number;
}

/** What is done with bytes: they are kept, or so many lines were thrown away here. */
export type FloodStep =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'dropped';
      readonly lines: number;
      /** The last of them goes on: what follows up to its end is the rest of it. */
      readonly isMidLine: boolean;
    };

/** Who printed nothing for long may print for so many seconds at once. */
const BURST_S = 10;
/** Once it drops, it goes on until there is room for so many seconds: or each line kept would need a marker. */
const RESUME_S = 0.25;
/** A longer line is cut, and its rest costs nothing. */
const LINE_COST_MAX = LINE_BYTES_MAX + 1;
const LF = 0x0a;

/**
 * Throws whole lines away where a unikernel prints faster than is kept, and counts each of them once. A
 * line is kept or thrown away as a whole, by what there is room for when its first byte comes: so one that
 * is printed in pieces is never torn. Pure: the same bytes at the same times are dealt with alike.
 */
export class FloodLimit {
  readonly #rate: FloodRate;
  readonly #lines: TokenBucket;
  readonly #bytes: TokenBucket;
  /** What becomes of the line under way; null between two. */
  #line: 'kept' | 'dropped' | null = null;
  /** What the line under way cost until now. */
  #lineCost = 0;
  #isFlood = false;
  #dropped = 0;

  constructor(rate: FloodRate, now: number) {
    const { linesPerS, bytesPerS } = (this.#rate = rate);
    this.#lines = new TokenBucket({ perS: linesPerS, burst: linesPerS * BURST_S }, now);
    this.#bytes = new TokenBucket({ perS: bytesPerS, burst: bytesPerS * BURST_S }, now);
  }

  /** Another stream of bytes, which may begin in the middle of a line of which the first part was kept. */
  begin(isMidLine: boolean): void {
    [this.#line, this.#lineCost] = [isMidLine ? 'kept' : null, LINE_COST_MAX];
    [this.#isFlood, this.#dropped] = [false, 0];
  }

  /** Lines thrown away that no step has told yet. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether it is as if nothing had ever been printed. */
  isRested(now: number): boolean {
    return this.#lines.isFull(now) && this.#bytes.isFull(now);
  }

  /** The bytes are handed back as parts of the input. */
  take(input: Uint8Array, now: number): readonly FloodStep[] {
    const steps: FloodStep[] = [];
    let begin = this.#line === null ? 0 : lineEnd(input, 0);
    let keptFrom = this.#line === 'kept' ? 0 : begin;
    if (this.#line !== null) this.#went(input, 0, begin);
    if (begin < input.length && this.#isFlood && this.#isOver(now)) {
      this.#isFlood = false;
      if (keptFrom < begin) steps.push({ kind: 'data', bytes: input.subarray(keptFrom, begin) });
      keptFrom = begin;
      steps.push(...this.settle());
    }
    while (begin < input.length && !this.#isFlood) {
      if (this.#lines.level(now) < 1 || this.#bytes.level(now) <= 0) {
        this.#isFlood = true;
        break;
      }
      const end = lineEnd(input, begin);
      this.#line = 'kept';
      this.#lineCost = 0;
      this.#lines.take(1);
      this.#went(input, begin, end);
      begin = end;
    }
    if (keptFrom < begin) steps.push({ kind: 'data', bytes: input.subarray(keptFrom, begin) });
    if (begin < input.length) this.#drop(input, begin);
    return steps;
  }

  /** What was thrown away and not told yet, as one step; none when there is nothing. */
  settle(): readonly FloodStep[] {
    if (this.#dropped === 0) return [];
    const isMidLine = this.#line === 'dropped';
    // Whoever takes the step passes over the rest of that line.
    if (isMidLine) [this.#line, this.#lineCost] = ['kept', LINE_COST_MAX];
    const lines = this.#dropped;
    this.#dropped = 0;
    return [{ kind: 'dropped', lines, isMidLine }];
  }

  #isOver(now: number): boolean {
    const { linesPerS, bytesPerS } = this.#rate;
    return (
      this.#lines.level(now) >= Math.max(1, linesPerS * RESUME_S) &&
      this.#bytes.level(now) >= Math.max(1, bytesPerS * RESUME_S)
    );
  }

  /** So much of the line under way came. */
  #went(input: Uint8Array, from: number, to: number): void {
    if (this.#line === 'kept') {
      const cost = Math.min(to - from, LINE_COST_MAX - this.#lineCost);
      this.#lineCost += cost;
      this.#bytes.take(cost);
    }
    if (input[to - 1] === LF) this.#line = null;
  }

  /** All lines that begin from there on. */
  #drop(input: Uint8Array, from: number): void {
    for (let at = from; at < input.length; at += 1) if (input[at] === LF) this.#dropped += 1;
    this.#line = input.at(-1) === LF ? null : 'dropped';
    if (this.#line !== null) this.#dropped += 1;
  }
}

/** Where the line that goes on or begins at `from` is over, or the input is. */
function lineEnd(input: Uint8Array, from: number): number {
  const lf = input.indexOf(LF, from);
  return lf === -1 ? input.length : lf + 1;
}
