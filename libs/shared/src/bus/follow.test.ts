import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { consoleFeed } from '../contracts/console.ts';
import { eventFeed } from '../contracts/event.ts';
import type { MessageOf } from '../contracts/feed.ts';
import { parseName, parseUnikernelName, ROOT } from '../domain/name.ts';
import { deferred } from './deferred.ts';
import { eventually } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');

function line(seq: number, bytes = 5): MessageOf<typeof consoleFeed> {
  const entry = { kind: 'line', bytes: Buffer.alloc(bytes, 'x'), truncated: false } as const;
  return { name: hello, entries: [{ seq, at: 0, entry }] };
}

const noDrops = (count: number): never => assert.fail(`${count} messages were dropped`);

describe('a follower', () => {
  it('receives messages in order, of one unikernel or of everything below a path', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    await using watcher = await server.connect('watcher');
    const seen: string[] = [];
    for (const name of [hello, ROOT]) {
      watcher.follow(consoleFeed, name, {
        onMessage: (message) => void seen.push(`${name} ${message.entries[0]?.seq}`),
        onDropped: noDrops,
      });
    }
    await watcher.flush();
    for (const seq of [1, 2, 3]) assert.equal(console.publish(consoleFeed, hello, line(seq)), true);
    await eventually('all arrived', () => seen.length === 6);
    assert.deepEqual(
      seen.filter((text) => text.startsWith(ROOT)),
      [': 1', ': 2', ': 3'],
    );
    assert.deepEqual(
      seen.filter((text) => text.startsWith(hello)),
      ['hello 1', 'hello 2', 'hello 3'],
    );
  });

  it('receives every variant of a feed, of one unikernel or of everything at and below a path', async () => {
    await using server = await RealServer.start();
    await using supervisor = await server.connect('supervisor');
    await using watcher = await server.connect('watcher');
    await using admin = await server.connect('admin');
    const seen: string[] = [];
    for (const asked of [':', 'foo:', 'foo:a', 'foo']) {
      const bus = asked === ':' ? watcher : admin;
      bus.follow(eventFeed, parseName(asked), {
        onMessage: ({ type, name }) => void seen.push(`${asked} ${type} ${name}`),
        onDropped: noDrops,
      });
    }
    await watcher.flush();
    await admin.flush();
    for (const text of ['foo', 'foo:a', 'foo:', 'foo:a:b', 'bar']) {
      const name = parseName(text);
      const id = '0123456789abcdef';
      const common = { seq: 1, id, at: 0, name, actor: 'admin', requestId: null };
      supervisor.publish(eventFeed, name, { ...common, type: 'stopped' });
      supervisor.publish(eventFeed, name, { ...common, type: 'lost', count: 1 });
    }
    const of = (asked: string, ...names: readonly string[]): readonly string[] =>
      names.flatMap((name) => [`${asked} stopped ${name}`, `${asked} lost ${name}`]);
    const expected = [
      ...of(':', 'foo', 'foo:a', 'foo:', 'foo:a:b', 'bar'),
      ...of('foo:', 'foo:a', 'foo:', 'foo:a:b'),
      ...of('foo:a', 'foo:a'),
      ...of('foo', 'foo'),
    ];
    await eventually('all arrived', () => seen.length === expected.length);
    assert.deepEqual(seen.toSorted(), expected.toSorted());
  });

  it('that throws or rejects neither ends the feed nor deafens the connection', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    const defects: string[] = [];
    await using watcher = await server.connect('watcher', {
      onDefect: (error) => defects.push(String(error)),
    });
    const seen: number[] = [];
    watcher.follow(consoleFeed, hello, {
      onMessage: (message) => {
        const seq = message.entries[0]?.seq ?? 0;
        seen.push(seq);
        if (seq === 1) throw new Error('thrown at once');
        return seq === 2 ? Promise.reject(new Error('rejected')) : undefined;
      },
      onDropped: noDrops,
    });
    await watcher.flush();
    for (const seq of [1, 2, 3]) console.publish(consoleFeed, hello, line(seq));
    await eventually('all arrived', () => seen.length === 3);
    assert.deepEqual(defects, ['Error: thrown at once', 'Error: rejected']);
  });

  it('that is too slow is told how many messages it lost, and keeps the newest', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    await using watcher = await server.connect('watcher');
    const released = deferred();
    const seen: string[] = [];
    watcher.follow(consoleFeed, hello, {
      queueMax: 10,
      onMessage: async (message) => {
        seen.push(String(message.entries[0]?.seq));
        await released.promise;
      },
      onDropped: (count) => void seen.push(`lost ${count}`),
    });
    await watcher.flush();
    for (let seq = 1; seq <= 100; seq += 1) console.publish(consoleFeed, hello, line(seq));
    await console.flush();
    await watcher.flush();
    released.resolve();
    await eventually('the newest arrived', () => seen.at(-1) === '100');
    assert.deepEqual(seen, [
      '1',
      'lost 89',
      ...Array.from({ length: 10 }, (_, i) => String(91 + i)),
    ]);
  });

  it('that stops reading is cut off and delays neither the publisher nor the others', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    await using watcher = await server.connect('watcher');
    let received = 0;
    watcher.follow(consoleFeed, hello, {
      onMessage: () => void (received += 1),
      onDropped: (count) => void (received += count),
    });
    await watcher.flush();
    const stalled = await stalledFollower(server);
    const total = 2_000;
    for (let seq = 1; seq <= total; seq += 1) {
      console.publish(consoleFeed, hello, line(seq, 4096));
      if (seq % 100 === 0) await console.flush();
    }
    await eventually('the other follower had everything', () => received === total);
    await stalled.terminate();
  });
});

/** A follower whose whole thread stands still as soon as it has subscribed. */
async function stalledFollower(server: RealServer): Promise<Worker> {
  const worker = new Worker(
    `const { connect, nkeyAuthenticator } = require('nats');
     const { workerData, parentPort } = require('node:worker_threads');
     const authenticator = nkeyAuthenticator(new TextEncoder().encode(workerData.seed));
     connect({ servers: workerData.url, authenticator }).then(async (nc) => {
       nc.subscribe('albatross.v1.console.>', { callback: () => undefined });
       await nc.flush();
       parentPort.postMessage('subscribed');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true, workerData: { url: server.url, seed: server.seed('watcher') } },
  );
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

describe('a publisher', () => {
  it('is told that a message was not sent while there is no connection', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    await using watcher = await server.connect('watcher');
    const seen: (number | undefined)[] = [];
    watcher.follow(consoleFeed, hello, {
      onMessage: (message) => void seen.push(message.entries[0]?.seq),
      onDropped: noDrops,
    });
    await watcher.flush();
    let reconnected = 0;
    for (const bus of [console, watcher]) bus.onReconnect(() => void (reconnected += 1));
    await server.kill();
    await eventually('publishing fails', () => !console.publish(consoleFeed, hello, line(1)));
    await server.resume();
    await eventually('both are back', () => reconnected === 2);
    await watcher.flush();
    assert.equal(console.publish(consoleFeed, hello, line(2)), true);
    await eventually('the subscription is back', () => seen.includes(2));
    assert.deepEqual(seen, [2]);
  });

  it('is told that a message is larger than the bus carries', async () => {
    await using server = await RealServer.start();
    await using console = await server.connect('console');
    assert.equal(console.publish(consoleFeed, hello, line(1, 1024 * 1024)), false);
  });
});
