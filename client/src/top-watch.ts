import type { Bus } from '@albatross/shared/bus/bus';
import { isPassing } from '@albatross/shared/bus/passing-failures';
import { Failure } from '@albatross/shared/contracts/failures';
import { statsFeed, type Sample } from '@albatross/shared/contracts/stats';
import { hostStats } from '@albatross/shared/contracts/host-stats';
import { isPathName, pathOf, type Name } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import { newestSamples } from './stats-stream.ts';
import { NOTHING_KNOWN, takeAnswer, takeFailure, takeSamples, type TopState } from './top-model.ts';

/** Shorter than the contract's: who is asked again soon need not be waited for. */
const ASK_DEADLINE_MS = 5_000;
/** Samples that nobody looked at are counted in earlier than at the next look. */
const ARRIVED_MAX = 1024;

interface WatchOptions {
  readonly signal: AbortSignal;
  /** Ends after so many refreshes. */
  readonly count: number;
  readonly onRefresh: () => void;
}

/** Knows what is sampled: follows every sample, and asks for all, and for the machine, once an interval. */
export class TopWatch {
  readonly #bus: Bus;
  readonly #name: Name;
  #state = NOTHING_KNOWN;
  #arrived: Sample[] = [];
  #wake: () => void = () => undefined;

  constructor(bus: Bus, name: Name) {
    this.#bus = bus;
    this.#name = name;
  }

  /** As it is now. */
  get state(): TopState {
    this.#takeArrived();
    return this.#bus.isUp ? this.#state : takeFailure(this.#state, BUS_LOST);
  }

  /** Until the signal, or the last refresh. Throws a `Failure` when there is nothing to begin with. */
  async run({ signal, count, onRefresh }: WatchOptions): Promise<void> {
    const unfollow = this.#bus.follow(statsFeed, this.#name, {
      onMessage: (sample) => {
        this.#arrived.push(sample);
        if (this.#arrived.length >= ARRIVED_MAX) this.#takeArrived();
      },
      // The next question makes up for it.
      onDropped: () => undefined,
    });
    this.#bus.onReconnect(() => this.#wake());
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    try {
      await Promise.race([stopped, this.#refresh({ signal, count, onRefresh })]);
    } finally {
      unfollow();
    }
  }

  async #refresh({ signal, count, onRefresh }: WatchOptions): Promise<void> {
    await this.#bus.flush();
    await this.#ask();
    for (let done = 1; !signal.aborted; done += 1) {
      onRefresh();
      if (done === count) return;
      await this.#untilDue();
      if (!signal.aborted) await this.#askAgain();
    }
  }

  async #askAgain(): Promise<void> {
    try {
      if (!this.#bus.isUp) throw new Failure('BUS_UNREACHABLE', BUS_LOST);
      await this.#ask();
    } catch (error) {
      if (!(error instanceof Failure) || !isPassing(error)) throw error;
      this.#takeArrived();
      this.#state = takeFailure(this.#state, error.message);
    }
  }

  async #ask(): Promise<void> {
    const askedAt = Date.now();
    const options = { deadlineMs: ASK_DEADLINE_MS };
    const path = isPathName(this.#name) ? this.#name : pathOf(this.#name);
    const [newest, host] = await Promise.all([
      newestSamples(this.#bus, this.#name, options),
      this.#bus.request(hostStats, { name: path }, options),
    ]);
    this.#takeArrived();
    this.#state = takeAnswer(this.#state, { ...newest, host, askedAt });
  }

  #takeArrived(): void {
    this.#state = takeSamples(this.#state, this.#arrived);
    this.#arrived = [];
  }

  /** An interval, or less when the bus is back. */
  async #untilDue(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#state.intervalMs ?? 0);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const BUS_LOST = 'the connection to the bus is lost';
