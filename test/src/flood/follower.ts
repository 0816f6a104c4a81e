import { Bus } from '@albatross/shared/bus/bus';
import { consoleFeed, type ConsoleEntry } from '@albatross/shared/contracts/console';
import { parseName, type UnikernelName } from '@albatross/shared/domain/name';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';

interface FollowerOptions {
  /** Follows all consoles at and below it. */
  readonly path: string;
  /** Of which names it counts what it gets; by default of all. */
  readonly names?: { has(name: UnikernelName): boolean };
  readonly onEntries?: (name: UnikernelName, entries: readonly ConsoleEntry[]) => void;
}

const CONNECT_DEADLINE_MS = 30_000;

/** Follows consoles over a connection of its own, and counts what it gets and what it can tell it does not. */
export class Follower implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #last = new Map<UnikernelName, number>();
  /** Consoles of which it got something since it was interrupted last. */
  readonly #current = new Set<UnikernelName>();
  /** Entries, each counted once. */
  delivered = 0;
  /** Entries: by the steps in their numbers, and by what the history said after an interruption. */
  missed = 0;
  messages = 0;
  /** How often it was told that it misses something: thrown away by its own queue, or cut off from the bus. */
  interruptions = 0;

  private constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Resolves when nothing will be missed any more. */
  static async start(
    folders: Folders,
    { path, names, onEntries }: FollowerOptions,
  ): Promise<Follower> {
    const bus = await Bus.connect({
      ...(await readBusAccess(folders, 'watcher')),
      identity: 'watcher',
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      onDefect: (error, where) => {
        throw new Error(`defect in ${where}`, { cause: error });
      },
    });
    const self = new Follower(bus);
    bus.onReconnect(() => self.#interrupt());
    bus.follow(consoleFeed, parseName(path), {
      onMessage: ({ name, entries }) => {
        if (names?.has(name) === false) return;
        self.#take(name, entries);
        onEntries?.(name, entries);
      },
      onDropped: () => self.#interrupt(),
    });
    await bus.flush();
    return self;
  }

  /** The number of the newest entry of a console; 0 before the first. */
  lastOf(name: UnikernelName): number {
    return this.#last.get(name) ?? 0;
  }

  /**
   * Learns from the history how far a console has come. False when there is something that it did not get,
   * and had no reason to ask for.
   */
  learn(name: UnikernelName, newest: number): boolean {
    const behind = newest - this.lastOf(name);
    if (behind <= 0) return true;
    if (this.#current.has(name)) return false;
    this.missed += behind;
    this.#last.set(name, newest);
    return true;
  }

  #interrupt(): void {
    this.interruptions += 1;
    this.#current.clear();
  }

  #take(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    this.messages += 1;
    this.#current.add(name);
    let last = this.lastOf(name);
    for (const { seq } of entries) {
      // Told once more, as after the bus was away.
      if (seq <= last) continue;
      this.missed += seq - last - 1;
      this.delivered += 1;
      last = seq;
    }
    this.#last.set(name, last);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bus[Symbol.asyncDispose]();
  }
}
