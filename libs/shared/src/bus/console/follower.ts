import type { consoleFeed, ConsoleSummary } from '../../contracts/console.ts';
import type { MessageOf } from '../../contracts/feed.ts';
import { isPathName, type Name, type UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { CatchUps } from './catch-up.ts';
import { ConsoleCursor } from './cursor.ts';
import { consolesWithin } from './list.ts';
import type { ConsoleReader } from './reader.ts';

/** Consoles come and go for as long as somebody follows; of more, those that are gone are forgotten. */
export const FOLLOWED_MAX = 16_384;

interface Followed {
  readonly cursor: ConsoleCursor;
  /** How far it was at the last look. */
  seqAtLook: number;
  /** What the list said when its history was asked for the last time because of it. */
  askedAt: number;
}

/**
 * Shows what consoles print from now on. What the feed brings is shown at once where it goes on where the
 * console was; where something is missing, or the reader has enough to read, the console is behind, and the
 * rest is fetched from the history in its turn.
 */
export class ConsoleFollower {
  readonly #bus: Pick<Bus, 'request'>;
  readonly #name: Name;
  readonly #reader: ConsoleReader;
  readonly #catchUps: CatchUps;
  readonly #followed = new Map<UnikernelName, Followed>();
  /** Newest numbers told before it began; null since. */
  #told: Map<UnikernelName, number> | null = new Map();

  constructor(
    { name, signal }: { readonly name: Name; readonly signal: AbortSignal },
    { bus, reader }: { readonly bus: Pick<Bus, 'request'>; readonly reader: ConsoleReader },
  ) {
    this.#bus = bus;
    this.#name = name;
    this.#reader = reader;
    this.#catchUps = new CatchUps(bus, reader, signal);
  }

  /** Rejects when something failed that does not pass by itself. */
  get failed(): Promise<never> {
    return this.#catchUps.failed;
  }

  /** Goes on with consoles where they are. One that is none of these, now or later, is new. */
  begin(
    consoles: Iterable<{ readonly name: UnikernelName; readonly cursor: ConsoleCursor }>,
  ): void {
    for (const { name, cursor } of consoles) this.#keep(name, cursor);
    const told = this.#told ?? [];
    this.#told = null;
    for (const [name, seq] of told) this.#catchUp(name, { until: seq });
  }

  /** What the feed brought. */
  take({ name, entries }: MessageOf<typeof consoleFeed>): void {
    const until = entries.at(-1)?.seq ?? 0;
    if (this.#told !== null) {
      this.#told.set(name, until);
      return;
    }
    const { cursor } = this.#known(name);
    if (this.#reader.isFull || this.#catchUps.has(name)) return this.#catchUp(name, { until });
    switch (cursor.place(entries)) {
      case 'seen':
        return;
      case 'next':
        for (const one of entries.flatMap((entry) => cursor.take(entry)))
          this.#reader.show(name, one);
        return;
      case 'anew':
        cursor.beginAnew();
        return this.#catchUp(name, { until });
      case 'step':
        return this.#catchUp(name, { until });
    }
  }

  /**
   * Asks for what the feed did not bring, and what nothing behind it would show to be missing. `isUrgent`:
   * something was lost for sure; else a console that prints is left to itself. Throws a `Failure`.
   */
  async look(isUrgent: boolean): Promise<void> {
    if (!isPathName(this.#name)) return this.#catchUp(this.#name, { isSuspect: true });
    const there = await consolesWithin(this.#bus, this.#name);
    for (const summary of there) this.#compare(summary, isUrgent);
    this.#forget(new Set(there.map(({ name }) => name)));
  }

  #compare({ name, lastAt }: ConsoleSummary, isUrgent: boolean): void {
    const known = this.#followed.get(name);
    if (known === undefined) return this.#catchUp(name, {});
    const { cursor, seqAtLook, askedAt } = known;
    known.seqAtLook = cursor.seq;
    if (lastAt <= cursor.at || lastAt === askedAt) return;
    if (!isUrgent && seqAtLook !== cursor.seq) return;
    known.askedAt = lastAt;
    this.#catchUp(name, { isSuspect: true });
  }

  #forget(there: ReadonlySet<UnikernelName>): void {
    if (this.#followed.size <= FOLLOWED_MAX) return;
    for (const name of this.#followed.keys())
      if (!there.has(name) && !this.#catchUps.has(name)) this.#followed.delete(name);
  }

  /** Without `until`: to the end. */
  #catchUp(name: UnikernelName, { until = 0, isSuspect = false }): void {
    this.#catchUps.add(name, { cursor: this.#known(name).cursor, until, isSuspect });
  }

  #known(name: UnikernelName): Followed {
    const known = this.#followed.get(name);
    return known ?? this.#keep(name, new ConsoleCursor({ kind: 'after', seq: 0 }));
  }

  #keep(name: UnikernelName, cursor: ConsoleCursor): Followed {
    const followed = { cursor, seqAtLook: 0, askedAt: 0 };
    this.#followed.set(name, followed);
    return followed;
  }
}
