import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { consoleFeed, consoleHistory, listConsoles } from '@albatross/shared/contracts/console';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import { VERSION } from '@albatross/shared/runtime/version';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Feed } from './feed.ts';
import { LateBus } from './late-bus.ts';
import { endpoints } from './service.ts';
import { ConsolesUnderTest } from './testing/consoles-under-test.ts';
import { data, show } from './testing/entries.ts';
import { Host } from './testing/life-double.ts';
import { Transcript } from './transcript.ts';

const hello = parseUnikernelName('hello');

describe('console on the bus', () => {
  it('answers what was printed and lists who printed, many at a time', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    await using server = await RealServer.start();
    await using bus = await server.connect('console');
    const onDrop = (subject: string): void => assert.fail(subject);
    await bus.serve({
      service: 'console',
      version: VERSION,
      endpoints: endpoints(seen.consoles),
      onDrop,
    });
    await using admin = await server.connect('admin');
    host.begin('hello', 1).print('one\n');
    const from = { kind: 'after', seq: 0 } as const;
    const pages = await Promise.all(
      Array.from(
        { length: 50 },
        async () => await admin.request(consoleHistory, { name: hello, from }),
      ),
    );
    for (const { entries, more } of pages)
      assert.deepEqual([entries.map(show), more], [['1 <boot 1>', '2 one'], false]);
    const { consoles, next } = await admin.request(listConsoles, { name: ROOT });
    assert.deepEqual(
      [consoles.map(({ name, isActive }) => [name, isActive]), next],
      [[['hello', true]], null],
    );
    const nobody = admin.request(consoleHistory, { name: parseUnikernelName('nobody'), from });
    assert.equal(await failureCode(nobody), 'CONSOLE_NOT_FOUND');
  });

  it('sends what waits before it goes', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const received: string[] = [];
    admin.follow(consoleFeed, hello, {
      onMessage: ({ entries }) => void received.push(...entries.map(show)),
      onDropped: (count) => assert.fail(`${count}`),
    });
    await admin.flush();
    const carrier = new LateBus();
    const feed = new Feed(carrier);
    const transcript = new Transcript();
    feed.publish(hello, transcript.take(data('too early\n')).entries);
    feed[Symbol.dispose]();
    carrier.open(await server.connect('console'));
    feed.resume();
    feed.publish(hello, transcript.take(data('last\n')).entries);
    feed[Symbol.dispose]();
    await carrier[Symbol.asyncDispose]();
    await eventually('it arrives', () => received.length === 2);
    assert.deepEqual(received, ['1 too early', '2 last']);
  });
});
