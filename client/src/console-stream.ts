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

  /** Shows the history. Throws a `Failure`. */
  async history(from: HistoryStart): Promise<void> {
    let next = from;
    for (;;) {
      const page = await this.#bus.request(consoleHistory, { name: this.#name, from: next });
      for (const entry of page.entries) this.#take(entry);
      if (!page.more || this.#last === null) return;
      next = { kind: 'after', seq: this.#last };
    }
  }

  /** Shows the history and what follows, until the signal. */
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
    this.#bus.onReconnect(() => void this.#inTurn(async () => await this.#catchUp(signal)));
    await this.#bus.flush();
    try {
      await this.history(from);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CONSOLE_NOT_FOUND') throw error;
      onWaiting();
    }
    begun.resolve();
    if (!signal.aborted) await once(signal, 'abort');
    unfollow();
  }

  async #takeLive(entries: readonly ConsoleEntry[], signal: AbortSignal): Promise<void> {
    const first = entries[0]?.seq ?? 0;
    if (first > (this.#last ?? first - 1) + 1) await this.#catchUp(signal);
    for (const entry of entries) this.#take(entry);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.history({ kind: 'after', seq: this.#last ?? 0 });
        return;
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'CONSOLE_NOT_FOUND') return;
        await sleep(RETRY_MS);
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
