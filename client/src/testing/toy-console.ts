import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import {
  consoleFeed,
  consoleHistory,
  type ConsoleEntry,
  type HistoryStart,
} from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';

export const hello = parseUnikernelName('hello');

const PAGE = 3;

export function line(seq: number): ConsoleEntry {
  const entry = { kind: 'line', bytes: Buffer.from(`line ${seq}`), truncated: false } as const;
  return { seq, at: seq * 1000, entry };
}

export function lines(from: number, to: number): ConsoleEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
}

/** A console service of one unikernel, which does as a test says. */
export class ToyConsole {
  readonly #bus: Bus;
  entries: ConsoleEntry[];
  /** Called before every answer. */
  beforeAnswer: (from: HistoryStart) => Promise<void> | void = () => undefined;
  readonly asked: HistoryStart[] = [];

  private constructor(bus: Bus, entries: ConsoleEntry[]) {
    this.#bus = bus;
    this.entries = entries;
  }

  static async start(bus: Bus, entries: ConsoleEntry[]): Promise<ToyConsole> {
    const self = new ToyConsole(bus, entries);
    await bus.serve({
      service: 'console',
      version: '1.0.0',
      endpoints: [endpoint(consoleHistory, async ({ from }) => await self.#answer(from))],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    return self;
  }

  get #newest(): number {
    return this.entries.at(-1)?.seq ?? 0;
  }

  /** Prints lines that no follower is told of. */
  printUntold(count = 1): ConsoleEntry[] {
    const printed = lines(this.#newest + 1, this.#newest + count);
    this.entries.push(...printed);
    return printed;
  }

  print(count = 1): void {
    this.tell(this.printUntold(count));
  }

  tell(entries: ConsoleEntry[]): void {
    this.#bus.publish(consoleFeed, hello, { name: hello, entries });
  }

  async #answer(from: HistoryStart): Promise<{ entries: ConsoleEntry[]; more: boolean }> {
    this.asked.push(from);
    await this.beforeAnswer(from);
    if (this.entries.length === 0) throw new Failure('CONSOLE_NOT_FOUND', 'nothing was printed');
    const wanted = this.entries.filter(({ seq, at }) => {
      switch (from.kind) {
        case 'count':
          return seq > this.#newest - from.count;
        case 'since':
          return at >= from.at;
        case 'after':
          return seq > from.seq;
      }
    });
    return { entries: wanted.slice(0, PAGE), more: wanted.length > PAGE };
  }
}
