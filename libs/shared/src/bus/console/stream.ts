import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { consoleFeed, type HistoryStart } from '../../contracts/console.ts';
import { isPathName, type Name, type UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { isPassing } from '../passing-failures.ts';
import { ConsoleCursor } from './cursor.ts';
import { ConsoleFollower } from './follower.ts';
import { Hint } from './hint.ts';
import { showHistories, skipHistories, type Beginning } from './histories.ts';
import { consolesWithin } from './list.ts';
import type { ConsoleReader } from './reader.ts';

/** The last of what a console printed, when it or the bus did not tell of it, is shown that late. */
export const CONSOLE_LOOK_MS = 10_000;
const RETRY_MS = 500;

/** What is used of a bus; a gateway asks in the name of others. */
export type ConsoleBus = Pick<Bus, 'request' | 'follow' | 'flush' | 'onReconnect'>;

interface Waiting {
  readonly signal: AbortSignal;
  /** Nothing was printed yet. */
  readonly onNothing: () => void;
  /** Whatever is printed from now on will be shown. Nothing is before this resolves. */
  readonly onBegun?: (begun: { readonly isNothing: boolean }) => Promise<void>;
}

/**
 * What a unikernel printed, or those at and below a path: of each in order, without gap or duplicate. To
 * follow, subscribes first, then asks the history, then shows what the feed brings behind it. A step in the
 * numbers (a slow reader, a bus that was restarted) is filled from the history.
 */
export class ConsoleStream {
  readonly #bus: ConsoleBus;
  readonly #name: Name;
  readonly #reader: ConsoleReader;
  readonly #lookMs: number;

  constructor(bus: ConsoleBus, name: Name, reader: ConsoleReader, lookMs = CONSOLE_LOOK_MS) {
    this.#bus = bus;
    this.#name = name;
    this.#reader = reader;
    this.#lookMs = lookMs;
  }

  /** Shows the history up to now, of several consoles by time. Throws a `Failure`. */
  async history(from: HistoryStart, { signal, onNothing }: Waiting): Promise<void> {
    const plan = await this.#plan(from, { isFollowing: false });
    if (plan.length === 0) onNothing();
    const shown = plan.filter(({ how }) => how === 'show' || !isPathName(this.#name));
    await showHistories(this.#bus, shown, this.#reader, {
      signal,
      onNotFound: (_, failure) => {
        if (!isPathName(this.#name)) throw failure;
      },
    });
  }

  /**
   * Shows the history, below a path of those that are active, and then what is printed, until the signal.
   * Throws a `Failure`.
   */
  async follow(from: HistoryStart, { signal, ...told }: Waiting): Promise<void> {
    const follower = new ConsoleFollower(
      { name: this.#name, signal },
      { bus: this.#bus, reader: this.#reader },
    );
    const hint = new Hint();
    const unfollow = this.#bus.follow(consoleFeed, this.#name, {
      onMessage: (message) => {
        if (!signal.aborted) follower.take(message);
      },
      onDropped: () => hint.give(),
    });
    const forgetReconnects = this.#bus.onReconnect(() => hint.give());
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    signal.addEventListener('abort', () => hint.give(), { once: true });
    const watching = this.#begin(follower, from, { signal, ...told }).then(
      async () => await this.#look(follower, hint, signal),
    );
    try {
      await Promise.race([stopped, follower.failed, watching]);
    } finally {
      watching.catch(() => undefined);
      unfollow();
      forgetReconnects();
    }
  }

  async #begin(
    follower: ConsoleFollower,
    from: HistoryStart,
    { signal, onNothing, onBegun }: Waiting,
  ): Promise<void> {
    // When the connection is lost here, whoever is told that it is back looks for what was missed.
    await this.#bus.flush().catch(() => undefined);
    const plan = await this.#plan(from, { isFollowing: true });
    let isNothing = plan.length === 0;
    const options = {
      signal,
      onNotFound: ({ cursor }: Beginning) => {
        cursor.beginAnew();
        isNothing ||= !isPathName(this.#name);
      },
    };
    const wanted = (how: Planned['how']) => plan.filter((one) => one.how === how);
    await skipHistories(this.#bus, wanted('skip'), options);
    await showHistories(this.#bus, wanted('show'), this.#reader, {
      ...options,
      onFound: async () => await onBegun?.({ isNothing }),
    });
    // Of those, what is wanted is what comes behind it.
    const rest = wanted('show').filter(({ cursor }) => !cursor.isPlaced);
    await skipHistories(this.#bus, rest, options);
    if (signal.aborted) return;
    follower.begin(plan);
    if (isNothing) onNothing();
  }

  async #look(follower: ConsoleFollower, hint: Hint, signal: AbortSignal): Promise<void> {
    for (let isUrgent = false; ;) {
      isUrgent = (await hint.wait(this.#lookMs)) || isUrgent;
      if (signal.aborted) return;
      try {
        await follower.look(isUrgent);
        isUrgent = false;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        hint.give();
      }
    }
  }

  async #plan(
    from: HistoryStart,
    { isFollowing }: { readonly isFollowing: boolean },
  ): Promise<readonly Planned[]> {
    if (!isPathName(this.#name)) return [planned(this.#name, from)];
    const consoles = await consolesWithin(this.#bus, this.#name);
    return consoles.map((summary) => {
      if (from.kind === 'since' ? summary.lastAt >= from.at : summary.isActive || !isFollowing)
        return planned(summary.name, from);
      const after: HistoryStart = { kind: 'since', at: summary.lastAt + 1 };
      return { ...planned(summary.name, after), how: summary.isActive ? 'skip' : 'keep' };
    });
  }
}

interface Planned extends Beginning {
  /** Its history is shown; or only how far it goes is asked for; or that is known. */
  readonly how: 'show' | 'skip' | 'keep';
}

function planned(name: UnikernelName, from: HistoryStart): Planned {
  const how = from.kind === 'count' && from.count === 0 ? 'skip' : 'show';
  return { name, from, cursor: new ConsoleCursor(from), how };
}
