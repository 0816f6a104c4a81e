import type { Bus } from '@albatross/shared/bus/bus';
import { isPassing } from '@albatross/shared/bus/passing-failures';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { eventFeed, listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import type { Name } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** What nothing hurried, as an event recorded while the supervisor had no bus, is shown that late. */
export const EVENT_LOOK_MS = 5_000;
const RETRY_MS = 500;

/** That events behind number `after` and before number `first` are not kept any more. */
export interface EventGap {
  readonly after: number;
  readonly first: number;
}

export interface EventShow {
  readonly event: (event: EventRecord) => void;
  readonly gap: (gap: EventGap) => void;
}

/**
 * What happened to a unikernel, or at and below a path, in order, without gap or duplicate. The numbers are
 * those of the whole host, so that nobody can see from them that one of these is missing: everything shown
 * comes from the log, and the feed only says when to look.
 */
export class EventStream {
  readonly #bus: Bus;
  readonly #name: Name;
  readonly #show: EventShow;
  readonly #lookMs: number;
  /** Everything up to this number was shown, or was not wanted; null before the first look. */
  #last: number | null = null;
  #wake: () => void = () => undefined;
  #isHinted = false;

  constructor(bus: Bus, name: Name, show: EventShow, lookMs = EVENT_LOOK_MS) {
    this.#bus = bus;
    this.#name = name;
    this.#show = show;
    this.#lookMs = lookMs;
  }

  /** Shows what was recorded up to now. Throws a `Failure`. */
  async history(from: HistoryStart): Promise<void> {
    await this.#showPages(from, { isEndless: false });
  }

  /** Shows what was recorded, and then what happens, until the signal. Throws a `Failure`. */
  async follow(from: HistoryStart, signal: AbortSignal): Promise<void> {
    const unfollow = this.#bus.follow(eventFeed, this.#name, {
      onMessage: ({ seq }) => {
        if (seq > (this.#last ?? 0)) this.#hint();
      },
      onDropped: () => this.#hint(),
    });
    this.#bus.onReconnect(() => this.#hint());
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    signal.addEventListener('abort', () => this.#hint(), { once: true });
    try {
      await Promise.race([stopped, this.#watch(from, signal)]);
    } finally {
      unfollow();
    }
  }

  async #watch(from: HistoryStart, signal: AbortSignal): Promise<void> {
    await this.#bus.flush();
    await this.#showPages(from, { isEndless: true, signal });
    while (!signal.aborted) {
      await this.#untilHinted();
      await this.#catchUp(signal);
    }
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const from: HistoryStart = { kind: 'after', seq: this.#last ?? 0 };
        return await this.#showPages(from, { isEndless: true, signal });
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #showPages(
    from: HistoryStart,
    { isEndless, signal }: { readonly isEndless: boolean; readonly signal?: AbortSignal },
  ): Promise<void> {
    let next = from;
    let until: number | null = null;
    while (!(signal?.aborted ?? false)) {
      const page = await this.#bus.request(listEvents, { name: this.#name, from: next });
      if (signal?.aborted) return;
      const last = page.last ?? 0;
      until ??= isEndless ? Number.POSITIVE_INFINITY : last;
      // A log that was removed and begun anew counts anew.
      const isAnew = next.kind === 'after' && next.seq > last;
      if (next.kind === 'after' && !isAnew) this.#showGap(next.seq, page);
      for (const event of page.events) this.#show.event(event);
      this.#last = isAnew ? 0 : page.more ? (page.events.at(-1)?.seq ?? last) : last;
      if (this.#last >= Math.min(last, until)) return;
      next = { kind: 'after', seq: this.#last };
    }
  }

  #showGap(after: number, { first }: ReplyOf<typeof listEvents>): void {
    if (first !== null && first > after + 1) this.#show.gap({ after, first });
  }

  #hint(): void {
    this.#isHinted = true;
    this.#wake();
  }

  /** Until somebody says that there is something, or it is time to look. */
  async #untilHinted(): Promise<void> {
    if (!this.#isHinted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#lookMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isHinted = false;
  }
}
