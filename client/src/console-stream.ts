import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import {
  consoleFeed,
  consoleHistory,
  type ConsoleEntry,
  type HistoryStart,
} from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 500;

/**
 * What a unikernel printed, in order, without gap or duplicate: subscribes first, then asks the history,
 * then shows what the feed brings behind it. A step in the numbers (a slow reader, a bus that was
 * restarted) is filled from the history.
 */
export class ConsoleStream {
  readonly #bus: Bus;
  readonly #name: UnikernelName;
  readonly #show: (entry: ConsoleEntry) => void;
  /** Number of the last entry shown; null before the first. */
  #last: number | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(bus: Bus, name: UnikernelName, show: (entry: ConsoleEntry) => void) {
    this.#bus = bus;
    this.#name = name;
    this.#show = show;
  }

  /** Shows the history up to now: who prints faster than it can be asked for would never end. Throws a `Failure`. */
  async history(from: HistoryStart): Promise<void> {
    const newest = await this.#newest();
    await this.#showPages(from, { until: newest ?? Infinity });
  }

  /** Shows the history and what follows, until the signal. Throws a `Failure`. */
  async follow(
    from: HistoryStart,
    { signal, onWaiting }: { readonly signal: AbortSignal; readonly onWaiting: () => void },
  ): Promise<void> {
    const begun = deferred();
    const unfollow = this.#bus.follow(consoleFeed, this.#name, {
      onMessage: async ({ entries }) => {
        await begun.promise;
        await this.#inTurn(async () => await this.#takeLive(entries, signal));
      },
      onDropped: () => undefined,
    });
    this.#bus.onReconnect(() => {
      void begun.promise.then(() => this.#inTurn(async () => await this.#catchUp(signal)));
    });
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    try {
      await Promise.race([stopped, this.#begin(from, signal, onWaiting)]);
      begun.resolve();
      await stopped;
    } finally {
      unfollow();
    }
  }

  async #begin(from: HistoryStart, signal: AbortSignal, onWaiting: () => void): Promise<void> {
    await this.#bus.flush();
    try {
      const newest = await this.#newest();
      await this.#showPages(from, { until: newest ?? Infinity, signal });
      // Nothing of it was wanted: what is wanted is what comes behind it.
      this.#last ??= newest;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CONSOLE_NOT_FOUND') throw error;
      this.#last = 0;
      onWaiting();
    }
  }

  /** Number of the newest entry; null when it is not known. */
  async #newest(): Promise<number | null> {
    const from: HistoryStart = { kind: 'count', count: 1 };
    const { entries } = await this.#bus.request(consoleHistory, { name: this.#name, from });
    return entries.at(-1)?.seq ?? null;
  }

  async #showPages(
    from: HistoryStart,
    { until, signal }: { readonly until: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    let next = from;
    while (!(signal?.aborted ?? false)) {
      const page = await this.#bus.request(consoleHistory, { name: this.#name, from: next });
      if (signal?.aborted) return;
      for (const entry of page.entries) this.#take(entry);
      if (!page.more || this.#last === null || this.#last >= until) return;
      next = { kind: 'after', seq: this.#last };
    }
  }

  async #takeLive(entries: readonly ConsoleEntry[], signal: AbortSignal): Promise<void> {
    const first = entries[0]?.seq ?? 0;
    if (first > (this.#last ?? first - 1) + 1) await this.#catchUp(signal);
    for (const entry of entries) if (!signal.aborted) this.#take(entry);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const from: HistoryStart = { kind: 'after', seq: this.#last ?? 0 };
        await this.#showPages(from, { until: Infinity, signal });
        return;
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'CONSOLE_NOT_FOUND') return;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #take(entry: ConsoleEntry): void {
    if (entry.seq <= (this.#last ?? 0)) return;
    const missing = this.#last === null ? 0 : entry.seq - this.#last - 1;
    if (missing > 0) this.#show(lostEntry(entry, missing));
    this.#last = entry.seq;
    this.#show(entry);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work, work);
    await this.#turn;
  }
}

/** Stands where the history no longer reaches. */
function lostEntry(next: ConsoleEntry, missing: number): ConsoleEntry {
  const entry = { kind: 'gap', why: `${missing} older entries are not kept any more` } as const;
  return { seq: next.seq - 1, at: next.at, entry };
}
