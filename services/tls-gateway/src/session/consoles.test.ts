import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { line, lines } from '@albatross/shared/bus/testing/toy-console';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listInactive, subscribeConsole } from './consoles.ts';
import type { Order } from './order.ts';
import { Subscribers } from './subscribers.ts';
import { ListeningClient } from './testing/listening-client.ts';
import { StreamScene } from './testing/stream-scene.ts';

const count = (lines: bigint): Order['command'] => ({
  kind: 'console-subscribe',
  from: { kind: 'count', lines },
});
const ALL = count(2n ** 62n - 1n);

interface Stream {
  readonly client: ListeningClient;
  readonly over: Promise<void>;
}

function subscribe(scene: StreamScene, command: Order['command'], name = 'foo:hello'): Stream {
  const client = new ListeningClient(name);
  const over = subscribeConsole(scene.order(name, command), client, scene.system);
  over.catch(() => undefined);
  return { client, over };
}

async function untilHeard({ client }: Stream, last: string): Promise<void> {
  await eventually(`${last} is heard`, () => client.heard.at(-1) === last).catch(
    (error: unknown) => {
      throw new Error(`instead: ${client.heard.slice(-10).join(', ')}`, { cause: error });
    },
  );
}

function assertNothingLeft(scene: StreamScene): void {
  assert.deepEqual([scene.followed, scene.listening], [0, 0]);
  assert.equal(scene.subscribers.figures['consoleSubscribers'], 0);
}

const texts = (from: number, to: number): readonly string[] =>
  lines(from, to).map(({ seq }) => `line ${seq}`);

describe('a console stream', () => {
  it('is a reply, what is kept, and what is printed, until the client ends', async () => {
    for (const identity of ['tls-gateway', 'local-gateway'] as const) {
      await using scene = await StreamScene.set({ 'foo:hello': lines(1, 9) }, { identity });
      const stream = subscribe(scene, count(7n));
      await untilHeard(stream, 'line 9');
      scene.toy.of('foo:hello').print(2);
      scene.toy.of('foo:other').print();
      await untilHeard(stream, 'line 11');
      assert.deepEqual(stream.client.heard, ['subscribed', ...texts(3, 11)]);
      const headers = stream.client.messages.map(({ header }) => header);
      assert.deepEqual(headers[0], { sequence: 7n, name: 'foo:hello' });
      assert.deepEqual(headers.at(-1), { sequence: 0n, name: 'foo:hello' });
      stream.client.fallSilent();
      await stream.over;
      assertNothingLeft(scene);
    }
  });

  it('begins where it is asked to', async () => {
    await using scene = await StreamScene.set({ 'foo:hello': lines(1, 5) });
    const since = (at: number): Order['command'] => ({
      kind: 'console-subscribe',
      from: { kind: 'since', at },
    });
    const streams: (readonly [Stream, number])[] = [];
    for (const [command, first] of [
      [ALL, 1],
      [count(2n), 4],
      [count(0n), 6],
      [since(-62_135_596_800_000), 1],
      [since(3000), 3],
    ] as const) {
      const stream = subscribe(scene, command);
      await eventually('it has begun', () => stream.client.heard.length === 7 - first);
      streams.push([stream, first]);
    }
    scene.toy.of('foo:hello').print();
    for (const [stream, first] of streams) {
      await untilHeard(stream, 'line 6');
      assert.deepEqual(stream.client.heard, ['subscribed', ...texts(first, 6)]);
      stream.client.fallSilent();
      await stream.over;
    }
    assertNothingLeft(scene);
  });

  it('waits for a unikernel of which nothing is kept, and misses nothing of it', async () => {
    await using scene = await StreamScene.set();
    const stream = subscribe(scene, count(0n));
    await untilHeard(stream, 'waiting for VM');
    const boot: ConsoleEntry = { seq: 1, at: 1, entry: { kind: 'boot', life: 1 } };
    scene.toy.of('foo:hello', [boot]);
    scene.toy.of('foo:hello').print(3);
    await untilHeard(stream, 'line 4');
    assert.deepEqual(stream.client.heard, ['waiting for VM', '-- boot, life 1 --', ...texts(2, 4)]);
    stream.client.fallSilent();
    await stream.over;
  });

  it('goes on where it was when the bus was away', async () => {
    await using scene = await StreamScene.set({ 'foo:hello': lines(1, 2) });
    const stream = subscribe(scene, ALL);
    await untilHeard(stream, 'line 2');
    await scene.server.kill();
    scene.toy.of('foo:hello').print(5);
    await scene.server.resume();
    await untilHeard(stream, 'line 7');
    scene.toy.of('foo:hello').print();
    await untilHeard(stream, 'line 8');
    assert.deepEqual(stream.client.heard, ['subscribed', ...texts(1, 8)]);
    stream.client.fallSilent();
    await stream.over;
    assertNothingLeft(scene);
  });

  it('is of a unikernel, and of no fewer than no lines', async () => {
    await using scene = await StreamScene.set();
    const path = subscribe(scene, ALL, 'foo:');
    assert.equal(await failureCode(path.over), 'NAME_INVALID');
    for (const few of [-1n, -(2n ** 62n)]) {
      const stream = subscribe(scene, count(few));
      await assert.rejects(stream.over, {
        code: 'REQUEST_INVALID',
        message: `a console has no ${few} lines; 0 is the least`,
      });
      assert.deepEqual(stream.client.heard, []);
    }
    assert.equal(scene.toy.asked.length, 0);
    assertNothingLeft(scene);
  });

  it('that cannot begin fails, and one that cannot go on just ends', async () => {
    await using scene = await StreamScene.set({ 'foo:hello': lines(1, 2) });
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    const never = subscribe(scene, ALL);
    assert.equal(await failureCode(never.over), 'BUSY');
    assert.deepEqual(never.client.heard, []);
    scene.toy.beforeAnswer = () => undefined;
    const stream = subscribe(scene, ALL);
    await untilHeard(stream, 'line 2');
    scene.toy.beforeAnswer = () => {
      throw new Failure('REQUEST_INVALID', 'it is too old');
    };
    scene.toy.of('foo:hello').tell([line(99)]);
    await stream.over;
    assert.deepEqual(stream.client.heard, ['subscribed', ...texts(1, 2)]);
    assertNothingLeft(scene);
  });

  it('that too many follow ends for the one who followed first, and says why', async () => {
    const subscribers = new Subscribers({ perNameMax: 2 });
    await using scene = await StreamScene.set({ 'foo:hello': lines(1, 2) }, { subscribers });
    const streams: Stream[] = [];
    for (const name of ['foo:hello', 'foo:hello', 'foo:hello']) {
      const stream = subscribe(scene, ALL, name);
      streams.push(stream);
      await untilHeard(stream, 'line 2');
    }
    const [first, ...others] = streams;
    assert.ok(first !== undefined);
    await assert.rejects(first.over, { code: 'BUSY', message: /another one follows the console/ });
    scene.toy.of('foo:hello').print();
    for (const stream of others) {
      await untilHeard(stream, 'line 3');
      stream.client.fallSilent();
      await stream.over;
    }
    assert.deepEqual(first.client.heard, ['subscribed', ...texts(1, 2)]);
    assertNothingLeft(scene);
  });

  it('leaves nothing behind when its client goes, whatever is under way', async () => {
    await using scene = await StreamScene.set({ 'foo:hello': lines(1, 9) });
    for (const when of [1, 2, 3, 4]) {
      const answer = deferred();
      const asked = deferred();
      let questions = 0;
      scene.toy.beforeAnswer = async () => {
        questions += 1;
        if (questions < when) return;
        asked.resolve();
        await answer.promise;
      };
      const { client, over } = subscribe(scene, ALL);
      await asked.promise;
      client.go();
      await over;
      assertNothingLeft(scene);
      answer.resolve();
    }
    scene.toy.beforeAnswer = () => undefined;
    const stuck = subscribe(scene, ALL);
    stuck.client.read(1);
    await eventually('it is written to', () => stuck.client.writing === 1);
    stuck.client.go();
    await stuck.over;
    assertNothingLeft(scene);
  });
});

describe('consoles that are not active', () => {
  it('are told by their names within the path, all pages of them', async () => {
    const entries = Object.fromEntries(
      ['foo:a', 'foo:b:c', 'foo:d', 'foo:e', 'foo:f', 'bar:g', 'h'].map((name) => [
        name,
        lines(1, 1),
      ]),
    );
    await using scene = await StreamScene.set(entries);
    for (const name of ['foo:a', 'foo:b:c', 'foo:e', 'foo:f', 'bar:g'])
      scene.toy.of(name).isActive = false;
    for (const [path, names] of [
      ['foo:', ['a', 'b:c', 'e', 'f']],
      [':', ['bar:g', 'foo:a', 'foo:b:c', 'foo:e', 'foo:f']],
      ['none:', []],
    ] as const) {
      const client = new ListeningClient(path);
      await listInactive(scene.order(path, { kind: 'console-list-inactive' }), client);
      assert.deepEqual(
        client.messages.map(({ payload }) => payload),
        [{ kind: 'reply', reply: { kind: 'consoles', names } }],
      );
    }
    const client = new ListeningClient('foo:a');
    const order = scene.order('foo:a', { kind: 'console-list-inactive' });
    assert.equal(await failureCode(listInactive(order, client)), 'NAME_INVALID');
  });
});
