import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { deferred } from '@albatross/shared/bus/deferred';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import {
  Feed,
  FEED_DELAY_MAX_MS,
  FEED_DELAY_MS,
  FEED_UNTAKEN_BYTES_MAX,
  FEED_WAITING_BYTES_MAX,
  type Carrier,
} from './feed.ts';

const [hello, other] = [parseUnikernelName('hello'), parseUnikernelName('other')];

function entries(from: number, to: number, bytes = 1): ConsoleEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    at: 0,
    entry: { kind: 'line', bytes: Buffer.alloc(bytes, 'x'), truncated: false },
  }));
}

/** A bus that carries messages only while it is up, and takes them when it is told to. */
class BusDouble implements Carrier, Disposable {
  isUp = true;
  readonly carried: string[] = [];
  now = 0;
  readonly feed: Feed;
  asked = deferred();
  questions = 0;

  /** A feed that is never in a hurry, if nothing else is said. */
  constructor(hurries = { perS: 0, burst: 0 }) {
    mock.timers.enable({ apis: ['setTimeout'] });
    this.feed = new Feed(this, { hurries, now: () => this.now });
  }

  send(name: UnikernelName, batch: ConsoleEntry[]): boolean {
    if (this.isUp) this.carried.push(`${name} ${batch[0]?.seq}-${batch.at(-1)?.seq}`);
    return this.isUp;
  }

  async flush(): Promise<void> {
    this.questions += 1;
    await this.asked.promise;
  }

  async takeAll(): Promise<void> {
    this.asked.resolve();
    this.asked = deferred();
    await new Promise(setImmediate);
  }

  wait(ms = FEED_DELAY_MS): this {
    this.now += ms;
    mock.timers.tick(ms);
    return this;
  }

  [Symbol.dispose](): void {
    mock.timers.reset();
  }
}

describe('the feed', () => {
  it('carries everything, in messages of bounded size', () => {
    using bus = new BusDouble();
    bus.feed.publish(hello, entries(1, 600));
    assert.deepEqual(bus.carried, ['hello 1-256', 'hello 257-512', 'hello 513-600']);
    bus.feed.resume();
    assert.equal(bus.carried.length, 3);
    assert.deepEqual(bus.feed.counts, { sent: 3, unsent: 0, untold: 0 });
  });

  it('puts what is printed within a moment into one message for each name', () => {
    using bus = new BusDouble();
    for (let seq = 1; seq <= 5; seq += 1) bus.feed.publish(hello, entries(seq, seq));
    bus.feed.publish(other, entries(1, 1));
    bus.wait(FEED_DELAY_MS - 1);
    assert.deepEqual(bus.carried, []);
    bus.wait(1);
    assert.deepEqual(bus.carried, ['hello 1-5', 'other 1-1']);
    bus.wait(1000);
    assert.equal(bus.carried.length, 2);
    bus.feed.publish(hello, entries(6, 6));
    bus.wait();
    assert.equal(bus.carried.at(-1), 'hello 6-6');
  });

  it('tells at once what is printed after quiet, as long as that is seldom', () => {
    using bus = new BusDouble({ perS: 50, burst: 2 });
    for (const seq of [1, 2]) {
      bus.feed.publish(hello, entries(seq, seq));
      bus.wait(1);
    }
    assert.deepEqual(bus.carried, ['hello 1-1', 'hello 2-2']);
    bus.feed.publish(hello, entries(3, 3));
    bus.wait(FEED_DELAY_MS - 1);
    assert.equal(bus.carried.length, 2);
    bus.wait(1);
    assert.equal(bus.carried.at(-1), 'hello 3-3');

    bus.wait(20);
    bus.feed.publish(hello, entries(4, 4));
    bus.wait(1);
    assert.equal(bus.carried.at(-1), 'hello 4-4');
  });

  it('is in no hurry where many print', () => {
    using bus = new BusDouble({ perS: 0, burst: 1000 });
    const names = Array.from({ length: 200 }, (_, n) => parseUnikernelName(`n${n}`));
    for (const seq of [1, 2]) {
      for (const name of names) bus.feed.publish(name, entries(seq, seq));
      bus.wait(1);
      assert.equal(bus.carried.length, 200);
    }
    bus.wait(200 / 10 - 1);
    assert.equal(bus.carried.length, 400);
  });

  it('waits no longer where there are many lines, or much', () => {
    using bus = new BusDouble();
    for (let seq = 1; seq <= 130; seq += 1) bus.feed.publish(hello, entries(seq, seq));
    assert.deepEqual(bus.carried, ['hello 1-64', 'hello 65-128']);
    bus.feed.publish(other, entries(1, 20, 4096));
    assert.equal(bus.carried.at(-1), 'other 1-20');
  });

  it('does not let the end of a life wait', () => {
    using bus = new BusDouble();
    bus.feed.publish(hello, entries(1, 2));
    bus.feed.publish(hello, [{ seq: 3, at: 0, entry: { kind: 'exit', life: 1, why: 'status 0' } }]);
    assert.deepEqual(bus.carried, ['hello 1-3']);
  });

  it('waits longer while many names print, and no longer than that', () => {
    using bus = new BusDouble();
    const names = Array.from({ length: 2000 }, (_, index) => parseUnikernelName(`name${index}`));
    const print = (seq: number): void => {
      for (const name of names) bus.feed.publish(name, entries(seq, seq));
    };
    print(1);
    bus.wait();
    assert.equal(bus.carried.length, names.length);
    for (let seq = 2; seq <= 10; seq += 1) {
      print(seq);
      bus.wait(FEED_DELAY_MAX_MS / 10 - 1);
    }
    assert.equal(bus.carried.length, names.length);
    bus.wait(FEED_DELAY_MAX_MS);
    assert.equal(bus.carried.length, 2 * names.length);
    bus.feed.publish(hello, entries(1, 1));
    bus.wait(FEED_DELAY_MAX_MS);
    bus.feed.publish(hello, entries(2, 2));
    bus.wait();
    assert.equal(bus.carried.at(-1), 'hello 2-2');
  });

  it('never lets more wait than it may', () => {
    using bus = new BusDouble();
    const perName = 10 * (4096 + 64);
    const count = Math.ceil(FEED_WAITING_BYTES_MAX / perName);
    for (let index = 0; index < count; index += 1)
      bus.feed.publish(parseUnikernelName(`name${index}`), entries(1, 10, 4096));
    assert.equal(bus.carried.length, count);
  });

  it('sends nothing more to a bus that takes nothing, and tells the newest again once it does', async () => {
    using bus = new BusDouble();
    const per = 60;
    const messages = Math.ceil(FEED_UNTAKEN_BYTES_MAX / (per * (4096 + 64)));
    const print = (name: UnikernelName, count: number): void => {
      for (let index = 0; index < count; index += 1)
        bus.feed.publish(name, entries(index * per + 1, (index + 1) * per, 4096));
    };
    print(hello, messages + 10);
    assert.equal(bus.carried.length, messages);
    assert.deepEqual(bus.feed.counts, { sent: messages, unsent: 10, untold: 1 });
    assert.equal(bus.questions, 1);
    await bus.takeAll();
    assert.equal(bus.questions, 2);
    const last = (messages + 10) * per;
    assert.deepEqual(bus.carried.slice(messages), [`hello ${last}-${last}`]);
    assert.equal(bus.feed.counts.untold, 0);
    for (let round = 0; round < 3; round += 1) {
      // What was sent before the first question, and what was sent since.
      for (let question = 0; question < 2; question += 1) await bus.takeAll();
      print(other, messages - 2);
    }
    assert.equal(bus.feed.counts.unsent, 10);
  });

  it('tells the newest entry again that the bus did not carry, of each name, once', () => {
    using bus = new BusDouble();
    bus.isUp = false;
    bus.feed.publish(hello, entries(1, 600));
    bus.feed.publish(other, entries(1, 2));
    bus.wait();
    bus.feed.publish(hello, entries(601, 602));
    bus.wait();
    bus.feed.resume();
    assert.deepEqual(bus.carried, []);
    assert.deepEqual(bus.feed.counts, { sent: 0, unsent: 7, untold: 2 });
    bus.isUp = true;
    bus.feed.resume();
    assert.deepEqual(new Set(bus.carried), new Set(['hello 602-602', 'other 2-2']));
    bus.feed.resume();
    assert.equal(bus.carried.length, 2);
  });

  it('does not tell again what a later message shows to be missing', () => {
    using bus = new BusDouble();
    bus.isUp = false;
    bus.feed.publish(hello, entries(1, 2));
    bus.wait();
    bus.isUp = true;
    bus.feed.publish(hello, entries(3, 4));
    bus.wait();
    bus.feed.resume();
    assert.deepEqual(bus.carried, ['hello 3-4']);
  });

  it('sends what waits when it is closed', () => {
    using bus = new BusDouble();
    bus.feed.publish(hello, entries(1, 2));
    bus.feed[Symbol.dispose]();
    assert.deepEqual(bus.carried, ['hello 1-2']);
  });
});
