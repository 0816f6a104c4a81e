import assert from 'node:assert/strict';
import {
  consoleFeed,
  consoleHistory,
  listConsoles,
  type ConsoleEntry,
  type HistoryStart,
} from '../../contracts/console.ts';
import { Failure } from '../../contracts/failures.ts';
import type { ReplyOf, RequestOf } from '../../contracts/request.ts';
import { isWithin, parseUnikernelName, type UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { endpoint } from '../serve.ts';

export const hello = parseUnikernelName('hello');

/** Entries in a page of history, and consoles in a page of a list. */
const PAGE = 3;

export function line(seq: number, at = seq * 1000): ConsoleEntry {
  const entry = { kind: 'line', bytes: Buffer.from(`line ${seq}`), truncated: false } as const;
  return { seq, at, entry };
}

export function lines(from: number, to: number): ConsoleEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
}

/** What is kept of one unikernel. */
export class ToyHistory {
  readonly name: UnikernelName;
  readonly #bus: Bus;
  entries: ConsoleEntry[];
  isActive = true;
  /** When something was read last, if that was no whole line. */
  heardAt = 0;

  constructor(bus: Bus, name: UnikernelName, entries: ConsoleEntry[]) {
    this.#bus = bus;
    this.name = name;
    this.entries = entries;
  }

  get newest(): number {
    return this.entries.at(-1)?.seq ?? 0;
  }

  /** Prints lines that no follower is told of. */
  printUntold(count = 1): ConsoleEntry[] {
    const printed = lines(this.newest + 1, this.newest + count);
    this.entries.push(...printed);
    return printed;
  }

  print(count = 1): void {
    this.tell(this.printUntold(count));
  }

  tell(entries: ConsoleEntry[]): void {
    this.#bus.publish(consoleFeed, this.name, { name: this.name, entries });
  }
}

interface Asked {
  readonly name: UnikernelName;
  readonly from: HistoryStart;
}

/** A console service, which does as a test says. */
export class ToyConsole {
  readonly #bus: Bus;
  readonly #histories = new Map<UnikernelName, ToyHistory>();
  /** Called before every answer about a history. */
  beforeAnswer: (asked: Asked) => Promise<void> | void = () => undefined;
  /** Called before every page of a list. */
  beforeList: () => Promise<void> | void = () => undefined;
  readonly asked: Asked[] = [];
  listed = 0;
  /** Questions about histories that are answered now, and the most there were. */
  answering = 0;
  answeringMost = 0;

  private constructor(bus: Bus) {
    this.#bus = bus;
  }

  static async start(bus: Bus): Promise<ToyConsole> {
    const self = new ToyConsole(bus);
    await bus.serve({
      service: 'console',
      version: '1.0.0',
      endpoints: [
        endpoint(consoleHistory, async (asked) => await self.#answer(asked)),
        endpoint(listConsoles, async (asked) => await self.#list(asked)),
      ],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    return self;
  }

  of(name: string, entries?: ConsoleEntry[]): ToyHistory {
    const key = parseUnikernelName(name);
    const known = this.#histories.get(key) ?? new ToyHistory(this.#bus, key, []);
    this.#histories.set(key, known);
    if (entries !== undefined) known.entries = entries;
    return known;
  }

  /** Takes over what another kept, as after a restart. */
  inherit(other: ToyConsole): void {
    for (const { name, entries, isActive } of other.#histories.values())
      this.of(name, entries).isActive = isActive;
  }

  forget(name: string): void {
    this.#histories.delete(parseUnikernelName(name));
  }

  async #answer(asked: Asked): Promise<ReplyOf<typeof consoleHistory>> {
    this.asked.push(asked);
    this.answering += 1;
    this.answeringMost = Math.max(this.answeringMost, this.answering);
    try {
      await this.beforeAnswer(asked);
    } finally {
      this.answering -= 1;
    }
    const { name, from } = asked;
    const history = this.#histories.get(name);
    if (history === undefined || history.entries.length === 0)
      throw new Failure('CONSOLE_NOT_FOUND', `nothing was printed by ${name}`);
    const wanted = history.entries.filter(({ seq, at }) => {
      switch (from.kind) {
        case 'count':
          return seq > history.newest - from.count;
        case 'since':
          return at >= from.at;
        case 'after':
          return seq > from.seq;
      }
    });
    return { entries: wanted.slice(0, PAGE), more: wanted.length > PAGE };
  }

  async #list({
    name: path,
    after,
  }: RequestOf<typeof listConsoles>): Promise<ReplyOf<typeof listConsoles>> {
    this.listed += 1;
    await this.beforeList();
    const wanted = [...this.#histories.values()]
      .filter(({ name, entries }) => isWithin(name, path) && entries.length > 0)
      .filter(({ name }) => after === undefined || name > after)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const page = wanted.slice(0, PAGE);
    return {
      consoles: page.map(({ name, isActive, heardAt, entries }) => {
        const lastAt = Math.max(heardAt, ...entries.map(({ at }) => at));
        return { name, isActive, bytes: entries.length * 10, lastAt };
      }),
      next: wanted.length > PAGE ? (page.at(-1)?.name ?? null) : null,
    };
  }
}
