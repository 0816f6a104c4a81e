import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { isPassing } from '@albatross/shared/bus/passing-failures';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import { listStats, statsFeed, type Sample } from '@albatross/shared/contracts/stats';
import type { Name, UnikernelName } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of so many names it is known which sample was shown last. */
export const STATS_NAMES_MAX = 16_384;
const RETRY_MS = 500;
/** A sample that is so much older than the one before it is newer: the clock was set back. */
const CLOCK_SET_BACK_MS = 60_000;

export interface StatsShow {
  readonly sample: (sample: Sample) => void;
  /** So many were not shown, because this reader is too slow. */
  readonly dropped: (count: number) => void;
}

/** The newest sample of a unikernel, or of each at and below a path, sorted by name. Throws a `Failure`. */
export async function newestSamples(
  bus: Bus,
  name: Name,
  options: { readonly deadlineMs?: number } = {},
): Promise<{ readonly samples: readonly Sample[]; readonly intervalMs: number }> {
  const samples: Sample[] = [];
  let after: UnikernelName | undefined;
  for (;;) {
    const body = { name, ...(after === undefined ? {} : { after }) };
    const page: ReplyOf<typeof listStats> = await bus.request(listStats, body, options);
    samples.push(...page.samples);
    if (page.next === null) return { samples, intervalMs: page.intervalMs };
    after = page.next;
  }
}

/** Whether `sample` was taken after `previous`, of the same name. */
export function isNewer(sample: Sample, previous: Sample | undefined): boolean {
  if (previous === undefined || sample.at > previous.at) return true;
  return sample.at < previous.at - CLOCK_SET_BACK_MS;
}

/**
 * The newest sample of each, and then every one as it comes, none twice: subscribes first, then asks. What
 * was sampled while the bus was away is lost, but for the newest.
 */
export class StatsStream {
  readonly #bus: Bus;
  readonly #name: Name;
  readonly #show: StatsShow;
  /** The one shown last; the name longest not heard of first. */
  readonly #shown = new Map<UnikernelName, Sample>();
  #turn: Promise<void> = Promise.resolve();

  constructor(bus: Bus, name: Name, show: StatsShow) {
    this.#bus = bus;
    this.#name = name;
    this.#show = show;
  }

  /** Until the signal. Throws a `Failure`. */
  async follow(signal: AbortSignal): Promise<void> {
    const begun = deferred();
    const unfollow = this.#bus.follow(statsFeed, this.#name, {
      onMessage: async (sample) => {
        await begun.promise;
        if (!signal.aborted) this.#take(sample);
      },
      onDropped: (count) => this.#show.dropped(count),
    });
    this.#bus.onReconnect(() => {
      this.#turn = this.#turn.then(async () => await this.#catchUp(begun.promise, signal));
    });
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    try {
      await Promise.race([stopped, this.#begin(signal)]);
      begun.resolve();
      await stopped;
    } finally {
      unfollow();
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await this.#bus.flush();
    await this.#takeNewest(signal);
  }

  async #catchUp(begun: Promise<void>, signal: AbortSignal): Promise<void> {
    await begun;
    while (!signal.aborted) {
      try {
        return await this.#takeNewest(signal);
      } catch (error) {
        // Every later sample comes by itself.
        if (!isPassing(error)) return;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #takeNewest(signal: AbortSignal): Promise<void> {
    const { samples } = await newestSamples(this.#bus, this.#name);
    for (const sample of samples) if (!signal.aborted) this.#take(sample);
  }

  #take(sample: Sample): void {
    const { name } = sample;
    if (!isNewer(sample, this.#shown.get(name))) return;
    this.#shown.delete(name);
    this.#shown.set(name, sample);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > STATS_NAMES_MAX && oldest !== undefined) this.#shown.delete(oldest);
    this.#show.sample(sample);
  }
}
