import { consoleHistory, type ConsoleEntry, type HistoryStart } from '../../contracts/console.ts';
import { Failure } from '../../contracts/failures.ts';
import type { ReplyOf } from '../../contracts/request.ts';
import type { UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';

type Page = ReplyOf<typeof consoleHistory>;

/** What an entry takes in memory beside its line, rounded up. */
const ENTRY_BYTES = 512;

/**
 * The history of one console up to now, oldest first: who prints faster than it can be asked for would never
 * end. Keeps no more than `bytesMax` of it, but at least one entry, and asks again for what did not fit.
 */
export class ConsoleLookahead {
  readonly name: UnikernelName;
  readonly #bus: Pick<Bus, 'request'>;
  readonly #bytesMax: number;
  #next: HistoryStart;
  /** Number of its newest entry when it was asked first; null before. */
  #newest: number | null = null;
  /** The oldest last. */
  #ahead: ConsoleEntry[] = [];

  constructor(
    bus: Pick<Bus, 'request'>,
    { name, from }: { readonly name: UnikernelName; readonly from: HistoryStart },
    bytesMax: number,
  ) {
    this.#bus = bus;
    this.name = name;
    this.#next = from;
    this.#bytesMax = bytesMax;
  }

  /** The oldest entry that was not taken yet; undefined at the end. */
  get head(): ConsoleEntry | undefined {
    return this.#ahead.at(-1);
  }

  /** Takes the head. Throws a `Failure`. */
  async shift(): Promise<void> {
    this.#ahead.pop();
    if (this.#ahead.length === 0) await this.fill();
  }

  /** Must be called once before anything else. Throws a `Failure`. */
  async fill(): Promise<void> {
    const isAtEnd = this.#next.kind === 'after' && this.#next.seq >= (this.#newest ?? Infinity);
    if (isAtEnd) return;
    const { entries, more } = await this.#askFor(this.#next);
    this.#newest ??= await this.#newestOf(entries, more);
    const kept = this.#fitting(entries, this.#newest);
    const last = kept.at(-1);
    if (last !== undefined) this.#next = { kind: 'after', seq: last.seq };
    this.#ahead = kept.toReversed();
  }

  /** A console that is forgotten in the midst of it ends there. */
  async #askFor(from: HistoryStart): Promise<Page> {
    try {
      return await this.#ask(from);
    } catch (error) {
      const isGone = error instanceof Failure && error.code === 'CONSOLE_NOT_FOUND';
      if (!isGone || this.#newest === null) throw error;
      return { entries: [], more: false };
    }
  }

  async #newestOf(entries: readonly ConsoleEntry[], more: boolean): Promise<number> {
    const newest = more ? (await this.#ask({ kind: 'count', count: 1 })).entries : entries;
    return newest.at(-1)?.seq ?? 0;
  }

  #fitting(entries: readonly ConsoleEntry[], newest: number): ConsoleEntry[] {
    const kept: ConsoleEntry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      bytes += ENTRY_BYTES + (entry.entry.kind === 'line' ? entry.entry.bytes.length : 0);
      if (entry.seq > newest || (bytes > this.#bytesMax && kept.length > 0)) break;
      kept.push(detached(entry));
    }
    return kept;
  }

  async #ask(from: HistoryStart): Promise<Page> {
    return await this.#bus.request(consoleHistory, { name: this.name, from });
  }
}

/** A line is a part of the message it came in, and would keep all of it. */
function detached(one: ConsoleEntry): ConsoleEntry {
  const { entry } = one;
  if (entry.kind !== 'line') return one;
  return { ...one, entry: { ...entry, bytes: Uint8Array.from(entry.bytes) } };
}
