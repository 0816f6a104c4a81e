import type { Requests } from '@albatross/shared/bus/bus';
import type { FollowOptions } from '@albatross/shared/bus/follow';
import { lines } from '@albatross/shared/bus/testing/toy-console';
import type { consoleFeed, ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { subscribeConsole } from './consoles.ts';
import { LINES_WAITING_BYTES_MAX } from './console-lines.ts';
import { Subscribers, type StreamSystem } from './subscribers.ts';
import { ListeningClient } from './testing/listening-client.ts';
import { orderOf } from './testing/stream-scene.ts';

const PAGE = 4;
const hello = parseUnikernelName('hello');

type Step =
  | { readonly kind: 'print'; readonly count: number; readonly isTold: boolean }
  | { readonly kind: 'repeat'; readonly from: number; readonly count: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'read'; readonly takes: number }
  | { readonly kind: 'wait'; readonly turns: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('print' as const),
    count: fc.integer({ min: 1, max: 12 }),
    isTold: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    from: fc.nat({ max: 30 }),
    count: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'reconnect' as const) }),
  fc.record({ kind: fc.constant('read' as const), takes: fc.nat({ max: 5 }) }),
  fc.record({ kind: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 5 }) }),
);

type Follower = FollowOptions<typeof consoleFeed>;

/** A console in memory, and a bus that tells of it what a test says. */
class World {
  readonly client = new ListeningClient('hello');
  readonly entries: ConsoleEntry[] = [];
  readonly followers = new Set<Follower>();
  readonly listeners = new Set<() => void>();
  asking = 0;
  /** When it was asked first. */
  wasEmpty: boolean | null = null;

  readonly requests: Requests = {
    request: async (_, body) => {
      const { from } = body as { readonly from: HistoryStart };
      this.asking += 1;
      await turn();
      this.asking -= 1;
      return this.#page(from) as never;
    },
  };

  readonly system: StreamSystem = {
    subscribers: new Subscribers(),
    bus: {
      isUp: true,
      flush: async () => await turn(),
      follow: (_, __, options) => {
        const follower = options as unknown as Follower;
        this.followers.add(follower);
        return () => this.followers.delete(follower);
      },
      onReconnect: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    },
  };

  tell(entries: readonly ConsoleEntry[]): void {
    if (entries.length === 0) return;
    for (const follower of this.followers)
      void follower.onMessage({ name: hello, entries: [...entries] });
  }

  async carryOut(one: Step): Promise<void> {
    switch (one.kind) {
      case 'print': {
        const printed = lines(this.entries.length + 1, this.entries.length + one.count);
        this.entries.push(...printed);
        return one.isTold ? this.tell(printed) : undefined;
      }
      case 'repeat':
        return this.tell(this.entries.slice(one.from, one.from + one.count));
      case 'drop':
        return this.followers.forEach((follower) => follower.onDropped(1));
      case 'reconnect':
        return this.listeners.forEach((listener) => listener());
      case 'read':
        return this.client.read(one.takes);
      case 'wait':
        for (let count = 0; count < one.turns; count += 1) await turn();
    }
  }

  async untilIdle(): Promise<void> {
    for (let idle = 0; idle < 20; idle = this.asking === 0 ? idle + 1 : 0) await turn();
  }

  #page(from: HistoryStart): unknown {
    this.wasEmpty ??= this.entries.length === 0;
    if (this.entries.length === 0) throw new Failure('CONSOLE_NOT_FOUND', 'nothing was printed');
    const wanted = this.entries.filter(({ seq, at }) => {
      if (from.kind === 'since') return at >= from.at;
      return seq > (from.kind === 'after' ? from.seq : this.entries.length - from.count);
    });
    return { entries: wanted.slice(0, PAGE), more: wanted.length > PAGE };
  }
}

describe('a console stream that is told of lines in any order, or not at all,', () => {
  it('sends what is kept and then what is printed, each line once and in order', async () => {
    const from = fc.constantFrom(
      { kind: 'count', lines: 1_000_000n } as const,
      { kind: 'since', at: 0 } as const,
    );
    await fc.assert(
      fc.asyncProperty(from, fc.array(step), fc.array(step), async (start, before, during) => {
        const world = new World();
        for (const one of before) await world.carryOut(one);
        const order = orderOf('hello', { kind: 'console-subscribe', from: start }, world.requests);
        const over = subscribeConsole(order, world.client, world.system);
        for (const one of during) await world.carryOut(one);
        world.client.read();
        await world.untilIdle();
        await world.carryOut({ kind: 'reconnect' });
        await world.untilIdle();
        world.client.fallSilent();
        await over;
        const [reply, ...sent] = world.client.heard;
        assert.equal(reply, world.wasEmpty === true ? 'waiting for VM' : 'subscribed');
        assert.deepEqual(
          sent,
          world.entries.map(({ seq }) => `line ${seq}`),
        );
        assert.deepEqual([world.followers.size, world.listeners.size], [0, 0]);
      }),
    );
  });

  it('misses nothing that is printed once it is said that it follows', async () => {
    const few = fc.integer({ min: 0, max: 6 });
    await fc.assert(
      fc.asyncProperty(few, fc.array(step), fc.array(step), async (count, before, during) => {
        const world = new World();
        for (const one of before) await world.carryOut(one);
        const from = { kind: 'count', lines: BigInt(count) } as const;
        const order = orderOf('hello', { kind: 'console-subscribe', from }, world.requests);
        const over = subscribeConsole(order, world.client, world.system);
        let printedBefore: number | null = null;
        for (const one of during) {
          await world.carryOut(one);
          if (world.client.heard.length > 0) printedBefore ??= world.entries.length;
        }
        world.client.read();
        await world.untilIdle();
        await world.carryOut({ kind: 'reconnect' });
        await world.untilIdle();
        world.client.fallSilent();
        await over;
        const sent = world.client.heard.slice(1);
        const all = world.entries.map(({ seq }) => `line ${seq}`);
        assert.deepEqual(sent, all.slice(all.length - sent.length));
        assert.ok(sent.length >= all.length - (printedBefore ?? all.length));
      }),
    );
  });

  it('holds little for a client that reads nothing, and sends it everything later', async () => {
    const world = new World();
    const from = { kind: 'count', lines: 20n } as const;
    const order = orderOf('hello', { kind: 'console-subscribe', from }, world.requests);
    const over = subscribeConsole(order, world.client, world.system);
    await world.untilIdle();
    world.client.read(0);
    const total = 20_000;
    while (world.entries.length < total)
      await world.carryOut({ kind: 'print', count: 20, isTold: true });
    await world.untilIdle();
    const bytesHeard = world.client.heard.join('').length;
    assert.ok(bytesHeard < LINES_WAITING_BYTES_MAX, String(bytesHeard));
    world.client.read();
    await world.untilIdle();
    assert.equal(world.client.heard.length, 1 + total);
    assert.equal(world.client.heard.at(-1), `line ${total}`);
    world.client.fallSilent();
    await over;
  });
});
