import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { sampleOf } from '@albatross/shared/bus/testing/samples';
import { endpoint } from '@albatross/shared/bus/serve';
import { Failure } from '@albatross/shared/contracts/failures';
import { addProcess, removeProcess, statsFeed } from '@albatross/shared/contracts/stats';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Order } from './order.ts';
import { addStats, removeStats, subscribeStats } from './statistics.ts';
import { Subscribers } from './subscribers.ts';
import { ListeningClient } from './testing/listening-client.ts';
import { orderOf, StreamScene } from './testing/stream-scene.ts';
import { wireStatistics } from './wire-statistics.ts';

const AT = 1_795_308_951_500;

interface Stream {
  readonly client: ListeningClient;
  readonly over: Promise<void>;
}

async function subscribed(scene: StreamScene, name: string): Promise<Stream> {
  const client = new ListeningClient(name);
  const over = subscribeStats(scene.order(name, { kind: 'stats-subscribe' }), client, scene.system);
  over.catch(() => undefined);
  await eventually('it is subscribed', () => client.heard[0] === 'subscribed');
  return { client, over };
}

function assertNothingLeft(scene: StreamScene): void {
  assert.equal(scene.followed, 0);
  assert.equal(scene.subscribers.figures['statsSubscribers'], 0);
}

describe('a stream of statistics', () => {
  it('has each sample at and below a name, under the name within its path', async () => {
    await using scene = await StreamScene.set();
    await using stats = await scene.server.connect('stats');
    const names = ['foo:a', 'foo:bar:b', 'foo', 'c'];
    const streams = [];
    for (const [name, heard] of [
      ['foo:', ['a', 'bar:b']],
      [':', ['foo:a', 'foo:bar:b', 'foo', 'c']],
      ['foo:a', ['a']],
      ['foo:', ['a', 'bar:b']],
      ['foo', ['foo']],
    ] as const)
      streams.push({ ...(await subscribed(scene, name)), heard });
    for (const name of names) stats.publish(statsFeed, parseName(name), sampleOf(name, AT));
    for (const { client, heard } of streams) {
      await eventually('all are there', () => client.heard.length === 1 + heard.length);
      assert.deepEqual(client.heard, [
        'subscribed',
        ...heard.map((name) => `statistics of ${name}`),
      ]);
      const [reply, first] = client.messages;
      assert.equal(reply?.header.sequence, 7n);
      assert.equal(first?.header.sequence, 0n);
      const statistics = wireStatistics(sampleOf('any', AT));
      assert.deepEqual(first?.payload, { kind: 'data', data: { kind: 'statistics', statistics } });
    }
    for (const { client, over } of streams) {
      client.fallSilent();
      await over;
    }
    assertNothingLeft(scene);
  });

  it('leaves nothing behind when its client goes, even in the midst of a message', async () => {
    await using scene = await StreamScene.set();
    await using stats = await scene.server.connect('stats');
    for (const leave of ['go', 'fallSilent'] as const) {
      const { client, over } = await subscribed(scene, ':');
      client.read(0);
      for (const name of ['a', 'b']) stats.publish(statsFeed, parseName(name), sampleOf(name, AT));
      await eventually('it is written to', () => client.writing === 1);
      client[leave]();
      client.read();
      await over;
      assert.deepEqual(client.heard, ['subscribed', 'statistics of a']);
      assertNothingLeft(scene);
    }
  });

  it('goes on when the bus was away, and does not begin while it is', async () => {
    await using scene = await StreamScene.set();
    await using stats = await scene.server.connect('stats');
    const { client, over } = await subscribed(scene, 'foo:');
    await scene.server.kill();
    await eventually('the bus is away', () => !scene.gateway.isUp);
    const late = new ListeningClient('foo:');
    const order = scene.order('foo:', { kind: 'stats-subscribe' });
    assert.equal(await failureCode(subscribeStats(order, late, scene.system)), 'BUS_UNREACHABLE');
    assert.deepEqual(late.heard, []);
    await scene.server.resume();
    await eventually('it is heard again', () => {
      stats.publish(statsFeed, parseName('foo:a'), sampleOf('foo:a', AT));
      return client.heard.length > 1;
    });
    client.fallSilent();
    await over;
    assertNothingLeft(scene);
  });

  it('that too many follow ends for the one who followed first, and says why', async () => {
    const subscribers = new Subscribers({ perNameMax: 1 });
    await using scene = await StreamScene.set({}, { subscribers });
    const first = await subscribed(scene, 'foo:');
    const second = await subscribed(scene, 'foo:');
    await assert.rejects(first.over, { code: 'BUSY', message: /follows statistics of foo: now/ });
    second.client.fallSilent();
    await second.over;
    assertNothingLeft(scene);
  });
});

describe('a process that is sampled by hand', () => {
  const add: Order['command'] = {
    kind: 'stats-add',
    vmmDevice: 'solo5-1',
    pid: 4242,
    taps: [{ bridge: 'service', tap: 'vmmtap0' }],
  };

  it('is added and removed', async () => {
    await using scene = await StreamScene.set({}, { identity: 'local-gateway' });
    await using stats = await scene.server.connect('stats');
    const asked: unknown[] = [];
    await stats.serve({
      service: 'stats',
      version: '1.0.0',
      endpoints: [
        endpoint(addProcess, async (body) => (asked.push(body), {})),
        endpoint(removeProcess, async ({ name }) => {
          if (asked.length > 1) throw new Failure('STATS_NOT_FOUND', `nobody asked for ${name}`);
          asked.push(name);
          return {};
        }),
      ],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    const client = new ListeningClient('foo:web');
    await addStats(scene.order('foo:web', add), client);
    const remove = scene.order('foo:web', { kind: 'stats-remove' });
    await removeStats(remove, client);
    assert.equal(await failureCode(removeStats(remove, client)), 'STATS_NOT_FOUND');
    assert.deepEqual(client.heard, ['added', 'removed']);
    const nets = [{ name: 'service', tap: 'vmmtap0' }];
    assert.deepEqual(asked, [{ name: 'foo:web', pid: 4242, nets }, 'foo:web']);
  });

  it('needs the name of a unikernel and a number', async () => {
    const requests = { request: async () => assert.fail('nothing is to be asked') };
    const client = new ListeningClient('foo:');
    assert.equal(
      await failureCode(addStats(orderOf('foo:', add, requests), client)),
      'NAME_INVALID',
    );
    const remove = orderOf('foo:', { kind: 'stats-remove' }, requests);
    assert.equal(await failureCode(removeStats(remove, client)), 'NAME_INVALID');
    for (const pid of [0, -1]) {
      const order = orderOf('foo:web', { ...add, pid }, requests);
      assert.equal(await failureCode(addStats(order, client)), 'REQUEST_INVALID');
    }
    assert.deepEqual(client.heard, []);
  });

  it('is refused by the bus over TLS', async () => {
    const defects: unknown[] = [];
    await using scene = await StreamScene.set();
    await using gateway = await scene.server.connect('tls-gateway', {
      onDefect: (error) => defects.push(error),
    });
    const requests = gateway.inTheNameOf('tls:00ff;tenant');
    const client = new ListeningClient('foo:web');
    const adding = addStats(orderOf('foo:web', add, requests), client);
    assert.equal(await failureCode(adding), 'PERMISSION_DENIED');
  });
});
