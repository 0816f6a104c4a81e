import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Feed } from './feed.ts';

const [hello, other] = [parseUnikernelName('hello'), parseUnikernelName('other')];

function entries(from: number, to: number): ConsoleEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    at: 0,
    entry: { kind: 'line', bytes: Buffer.from('x'), truncated: false },
  }));
}

/** A bus that carries messages only while it is up. */
class BusDouble {
  isUp = true;
  readonly carried: string[] = [];
  readonly feed = new Feed((name, batch) => {
    if (this.isUp) this.carried.push(`${name} ${batch[0]?.seq}-${batch.at(-1)?.seq}`);
    return this.isUp;
  });
}

describe('the feed', () => {
  it('carries everything, in messages of bounded size', () => {
    const bus = new BusDouble();
    bus.feed.publish(hello, entries(1, 600));
    assert.deepEqual(bus.carried, ['hello 1-256', 'hello 257-512', 'hello 513-600']);
    bus.feed.resume();
    assert.equal(bus.carried.length, 3);
    assert.deepEqual(bus.feed.counts, { sent: 3, unsent: 0, untold: 0 });
  });

  it('tells the newest entry again that the bus did not carry, of each name, once', () => {
    const bus = new BusDouble();
    bus.isUp = false;
    bus.feed.publish(hello, entries(1, 600));
    bus.feed.publish(other, entries(1, 2));
    bus.feed.publish(hello, entries(601, 602));
    bus.feed.resume();
    assert.deepEqual(bus.carried, []);
    assert.deepEqual(bus.feed.counts, { sent: 0, unsent: 7, untold: 2 });
    bus.isUp = true;
    bus.feed.resume();
    assert.deepEqual(bus.carried, ['hello 602-602', 'other 2-2']);
    bus.feed.resume();
    assert.equal(bus.carried.length, 2);
  });

  it('does not tell again what a later message shows to be missing', () => {
    const bus = new BusDouble();
    bus.isUp = false;
    bus.feed.publish(hello, entries(1, 2));
    bus.isUp = true;
    bus.feed.publish(hello, entries(3, 4));
    bus.feed.resume();
    assert.deepEqual(bus.carried, ['hello 3-4']);
  });
});
