import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listConsoles, type ConsoleEntry, type HistoryStart } from '../../contracts/console.ts';
import { parseName, parseUnikernelName, type UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { line, lines } from '../testing/toy-console.ts';
import { ToyReader } from '../testing/toy-reader.ts';
import { ConsoleFollower } from './follower.ts';

const PAGE = 4;

type Step =
  | {
      readonly kind: 'print';
      readonly name: number;
      readonly count: number;
      readonly isTold: boolean;
    }
  | {
      readonly kind: 'repeat';
      readonly name: number;
      readonly from: number;
      readonly count: number;
    }
  | { readonly kind: 'look'; readonly isUrgent: boolean }
  | { readonly kind: 'read'; readonly takes: number }
  | { readonly kind: 'wait'; readonly turns: number };

const name = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('print' as const),
    name,
    count: fc.integer({ min: 1, max: 12 }),
    isTold: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    name,
    from: fc.nat({ max: 30 }),
    count: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('look' as const), isUrgent: fc.boolean() }),
  fc.record({ kind: fc.constant('read' as const), takes: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 5 }) }),
);

/** Consoles in memory, of which a follower is told what a test says. */
class World {
  readonly reader = new ToyReader();
  readonly #histories = new Map<UnikernelName, ConsoleEntry[]>();
  readonly #stop = new AbortController();
  readonly #follower: ConsoleFollower;
  #asking = 0;

  constructor() {
    const request = async (contract: unknown, body: unknown): Promise<unknown> => {
      this.#asking += 1;
      await turn();
      this.#asking -= 1;
      if (contract === listConsoles) return this.#list();
      return this.#page(body as { readonly name: UnikernelName; readonly from: HistoryStart });
    };
    const bus = { request } as unknown as Pick<Bus, 'request'>;
    const options = { name: parseName('foo:'), signal: this.#stop.signal };
    this.#follower = new ConsoleFollower(options, { bus, reader: this.reader });
  }

  async carryOut(steps: readonly Step[]): Promise<void> {
    for (const [index, one] of steps.entries()) {
      if (index === Math.floor(steps.length / 3)) this.#follower.begin([]);
      await this.#step(one);
    }
    if (steps.length === 0) this.#follower.begin([]);
    this.reader.read();
    await this.#follower.look(true);
    for (let idle = 0; idle < 20; idle = this.#asking === 0 ? idle + 1 : 0) await turn();
    this.#stop.abort();
  }

  async #step(one: Step): Promise<void> {
    switch (one.kind) {
      case 'print': {
        const history = this.#of(one.name);
        const printed = lines(history.length + 1, history.length + one.count);
        history.push(...printed);
        return one.isTold ? this.#tell(one.name, printed) : undefined;
      }
      case 'repeat':
        return this.#tell(one.name, this.#of(one.name).slice(one.from, one.from + one.count));
      case 'look':
        return await this.#follower.look(one.isUrgent);
      case 'read':
        return this.reader.read(one.takes);
      case 'wait':
        for (let count = 0; count < one.turns; count += 1) await turn();
    }
  }

  /** What was shown of each, and what should have been. */
  *results(): Generator<readonly [shown: readonly string[], expected: readonly string[]]> {
    for (const [of, { length }] of this.#histories)
      yield [this.reader.of(of), lines(1, length).map(({ seq }) => `${of} ${seq} line ${seq}`)];
  }

  #of(index: number): ConsoleEntry[] {
    const key = parseUnikernelName(`foo:${index}`);
    const history = this.#histories.get(key) ?? [];
    this.#histories.set(key, history);
    return history;
  }

  #tell(index: number, entries: ConsoleEntry[]): void {
    if (entries.length > 0)
      this.#follower.take({ name: parseUnikernelName(`foo:${index}`), entries });
  }

  #list(): unknown {
    const consoles = [...this.#histories].flatMap(([of, entries]) => {
      const lastAt = entries.at(-1)?.at;
      return lastAt === undefined ? [] : [{ name: of, isActive: true, bytes: 0, lastAt }];
    });
    return { consoles, next: null };
  }

  #page({ name, from }: { readonly name: UnikernelName; readonly from: HistoryStart }): unknown {
    const wanted = (this.#histories.get(name) ?? []).filter(({ seq, at }) =>
      from.kind === 'since' ? at >= from.at : from.kind === 'after' && seq > from.seq,
    );
    return { entries: wanted.slice(0, PAGE), more: wanted.length > PAGE };
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('following consoles', () => {
  it('shows each entry once and in order, whatever was told, lost or repeated, and however it is read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        await world.carryOut(steps);
        for (const [shown, expected] of world.results()) assert.deepEqual(shown, expected);
      }),
      { numRuns: 200 },
    );
  });

  it('shows a console that was begun anew behind what was shown of it before', async () => {
    const reader = new ToyReader();
    const bus = {
      request: async () => ({ entries: [1, 2, 3].map((seq) => line(seq, 9000)), more: false }),
    } as unknown as Pick<Bus, 'request'>;
    const { signal } = new AbortController();
    const follower = new ConsoleFollower({ name: parseName('foo:'), signal }, { bus, reader });
    follower.begin([]);
    const of = parseUnikernelName('foo:a');
    follower.take({ name: of, entries: lines(1, 5) });
    follower.take({ name: of, entries: [line(3, 9000)] });
    await turn();
    assert.deepEqual(
      reader.shown,
      [1, 2, 3, 4, 5, 1, 2, 3].map((seq) => `foo:a ${seq} line ${seq}`),
    );
  });
});
