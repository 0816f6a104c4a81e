import type { Sample } from '@albatross/shared/contracts/stats';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Feed } from './feed.ts';
import { sampleOf } from './testing/sample-of.ts';

describe('the feed', () => {
  it('counts what was sent, and what was not', () => {
    let isUp = true;
    const feed = new Feed(() => isUp);
    feed.publish(sampleOf('a'));
    isUp = false;
    feed.publish(sampleOf('a'));
    feed.publish(sampleOf('b'));
    assert.deepEqual(feed.counts, { published: 1, unsent: 2 });
  });

  it('sends the newest of each process when it can again, and none twice', async () => {
    const sent: Sample[] = [];
    let isUp = false;
    const feed = new Feed((sample) => {
      if (isUp) sent.push(sample);
      return isUp;
    });
    for (const at of [1, 2]) {
      feed.publish(sampleOf('a', { at }));
      feed.publish(sampleOf('b', { at }));
    }
    await feed.resume();
    isUp = true;
    feed.publish(sampleOf('b', { at: 3 }));
    await feed.resume();
    await feed.resume();
    assert.deepEqual(
      sent.map(({ name, at }) => `${name} ${at}`),
      ['b 3', 'a 2'],
    );
  });

  it('keeps what could not be sent although the bus seemed to be back', async () => {
    const sent: string[] = [];
    let room = 0;
    const feed = new Feed(({ name }) => {
      if (room === 0) return false;
      room -= 1;
      sent.push(name);
      return true;
    });
    for (const name of ['a', 'b', 'c']) feed.publish(sampleOf(name));
    room = 2;
    await feed.resume();
    assert.deepEqual(sent, ['a', 'b']);
    room = 2;
    await feed.resume();
    assert.deepEqual(sent, ['a', 'b', 'c']);
  });

  it('forgets what has ended, and not what has its name', async () => {
    const sent: (number | null)[] = [];
    let isUp = false;
    const feed = new Feed(({ life }) => {
      if (isUp) sent.push(life);
      return isUp;
    });
    feed.publish(sampleOf('a', { life: 2 }));
    feed.publish(sampleOf('b', { life: 3 }));
    feed.forget(sampleOf('a', { life: 1 }));
    feed.forget(sampleOf('b', { life: 3 }));
    isUp = true;
    await feed.resume();
    assert.deepEqual(sent, [2]);
  });
});
