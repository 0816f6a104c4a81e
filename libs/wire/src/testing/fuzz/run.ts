import { WireError } from '../../wire-error.ts';
import type { Dice } from './dice.ts';
import { mutate } from './mutate.ts';
import { Pool } from './pool.ts';
import { writeProgress } from './progress.ts';
import type { Target } from './target.ts';

/** Far more than any input needs, even where much else is going on. */
const SLOW_MS = 5000;
/** Buffers are outside of the heap, which has its own limit. */
const BUFFERS_BYTES_MAX = 512 * 1024 * 1024;

interface Place {
  readonly number: number;
  /** Shared, so that one seed is one run. */
  readonly dice: Dice;
  readonly progressFile: number;
  /** How many rounds there were, of all targets. */
  readonly counter: { rounds: number };
}

/** One target and what was found out about it. */
export class Run {
  readonly pool = new Pool();
  readonly #target: Target;
  readonly #place: Place;
  rounds = 0;
  read = 0;
  slowestMs = 0;

  constructor(target: Target, place: Place) {
    this.#target = target;
    this.#place = place;
  }

  seed(): void {
    for (const bytes of this.#target.seeds) this.#run(new Uint8Array(bytes));
  }

  round(): void {
    const pick = (): Uint8Array => this.pool.pick(this.#place.dice);
    this.#run(mutate(pick(), this.#place.dice, pick));
  }

  #run(bytes: Uint8Array): void {
    const { dice, number, progressFile, counter } = this.#place;
    counter.rounds += 1;
    writeProgress(progressFile, { rounds: counter.rounds, target: number, input: bytes });
    const before = performance.now();
    const outcome = this.#outcomeOf(bytes);
    const tookMs = performance.now() - before;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (tookMs > SLOW_MS) throw new Error(`it took ${Math.round(tookMs)} ms`);
    this.rounds += 1;
    if (this.rounds % 1000 === 0) {
      const { arrayBuffers } = process.memoryUsage();
      if (arrayBuffers > BUFFERS_BYTES_MAX) throw new Error(`${arrayBuffers} bytes of buffers`);
    }
    this.pool.add(outcome, bytes, dice);
  }

  /** In words that are the same for what went the same way. */
  #outcomeOf(bytes: Uint8Array): string {
    let value: unknown;
    try {
      value = this.#target.read(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (error.offset < 0 || error.offset > bytes.length)
        throw new Error('an offset outside of the input', { cause: error });
      if (!/^[\x20-\x7e]{1,1000}$/.test(error.message))
        throw new Error('an unprintable message', { cause: error });
      return error.message.replaceAll(/"[^"]*"|\d+/g, '#');
    }
    this.#target.check(value, bytes);
    this.read += 1;
    return `read ${shapeOf(value)}`;
  }
}

/** The kinds in it, so that every command and reply is a way of its own. */
function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return '';
  const kind = 'kind' in value && typeof value.kind === 'string' ? `${value.kind} ` : '';
  const members = Array.isArray(value) ? value.slice(0, 2) : Object.values(value);
  return kind + members.map(shapeOf).join('');
}
