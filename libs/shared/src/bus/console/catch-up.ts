import { setTimeout as sleep } from 'node:timers/promises';
import { consoleHistory, type ConsoleEntry, type HistoryStart } from '../../contracts/console.ts';
import { Failure } from '../../contracts/failures.ts';
import type { UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { isPassing } from '../passing-failures.ts';
import type { ConsoleCursor } from './cursor.ts';
import type { ConsoleReader } from './reader.ts';

/** Consoles whose history is asked for at the same time. */
export const CATCH_UPS_IN_FLIGHT = 4;
const RETRY_MS = 500;

interface Errand {
  readonly cursor: ConsoleCursor;
  /** Number of the newest entry that is known to be there. */
  until: number;
  /** Whether it may have been forgotten and begun anew, which nobody can see from numbers behind the last. */
  isSuspect: boolean;
}

/**
 * Brings consoles that are behind up to date from the history, a page each in turn and a few at a time: so a
 * console that prints without end keeps no other waiting, and of what is asked for no more is in memory than
 * the reader takes. What the history does not hold any more is a gap.
 */
export class CatchUps {
  readonly #bus: Pick<Bus, 'request'>;
  readonly #reader: ConsoleReader;
  readonly #signal: AbortSignal;
  /** Rejects when something failed that does not pass by itself. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;
  /** Whose turn it is first. */
  readonly #waiting = new Map<UnikernelName, Errand>();
  readonly #underWay = new Map<UnikernelName, Errand>();

  constructor(bus: Pick<Bus, 'request'>, reader: ConsoleReader, signal: AbortSignal) {
    this.#bus = bus;
    this.#reader = reader;
    this.#signal = signal;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  has(name: UnikernelName): boolean {
    return this.#waiting.has(name) || this.#underWay.has(name);
  }

  add(name: UnikernelName, errand: Errand): void {
    const known = this.#underWay.get(name) ?? this.#waiting.get(name);
    if (known === undefined) this.#waiting.set(name, errand);
    else {
      known.until = Math.max(known.until, errand.until);
      known.isSuspect ||= errand.isSuspect;
    }
    this.#work();
  }

  #work(): void {
    while (this.#underWay.size < CATCH_UPS_IN_FLIGHT) {
      const [next] = this.#waiting;
      if (next === undefined || this.#signal.aborted) return;
      const [name, errand] = next;
      this.#waiting.delete(name);
      this.#underWay.set(name, errand);
      void this.#carryOut(name, errand);
    }
  }

  async #carryOut(name: UnikernelName, errand: Errand): Promise<void> {
    let isBehind = false;
    try {
      await this.#reader.room();
      isBehind = await this.#step(name, errand);
    } catch (error) {
      if (!isPassing(error)) return this.#fail(error);
      isBehind = true;
      await sleep(RETRY_MS, undefined, { signal: this.#signal }).catch(() => undefined);
    }
    this.#underWay.delete(name);
    if (isBehind) this.#waiting.set(name, errand);
    this.#work();
  }

  /** Shows a page. Returns whether there may be more. Throws a `Failure`. */
  async #step(name: UnikernelName, errand: Errand): Promise<boolean> {
    const { cursor, until, isSuspect } = errand;
    if (!isSuspect && until > 0 && until <= cursor.seq) return false;
    const from: HistoryStart = isSuspect ? { kind: 'since', at: cursor.at + 1 } : cursor.next;
    const { entries, more } = await this.#page(name, from);
    if (this.#signal.aborted) return false;
    errand.isSuspect = false;
    if (isSuspect) {
      const place = cursor.place(entries);
      if (place === 'anew') cursor.beginAnew();
      // What is later need not be all that is behind the last: several entries have the same time.
      if (place !== 'next') return place !== 'seen' || errand.until > cursor.seq;
    }
    for (const entry of entries) for (const one of cursor.take(entry)) this.#reader.show(name, one);
    if (more) errand.until = Math.max(errand.until, cursor.seq + 1);
    // Without a word of anything newer, what the history does not have will not come.
    return errand.until > cursor.seq && (entries.length > 0 || errand.until > until);
  }

  async #page(
    name: UnikernelName,
    from: HistoryStart,
  ): Promise<{ readonly entries: readonly ConsoleEntry[]; readonly more: boolean }> {
    try {
      return await this.#bus.request(consoleHistory, { name, from });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CONSOLE_NOT_FOUND') throw error;
      return { entries: [], more: false };
    }
  }
}
