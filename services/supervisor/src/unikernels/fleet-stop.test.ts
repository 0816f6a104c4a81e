import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { KILL_AFTER_MS } from './keeping.ts';
import { ALWAYS, Bench, digestOf, imageOf } from '../testing/bench.ts';
import { TinyStore } from '../testing/tiny-store.ts';

const hello = parseUnikernelName('hello');
const NEVER = { kind: 'never' } as const;
const CRASH: Exit = { kind: 'status', status: 2 };
const HOUR_MS = 3_600_000;

const image = imageOf(1, [{ name: 'data', kind: 'block' }]);
const blocks = [{ name: 'data', device: 'data', sectorBytes: null }];

let host: FakeHost;
let bench: Bench;
let store: TinyStore;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({
    host,
    store: (state) => {
      store = new TinyStore(state);
      return store;
    },
  });
  await bench.createBlock('data');
});
afterEach(async () => await bench[Symbol.asyncDispose]());

const unikernel = () => bench.parts.inventory.get(hello);

async function createHello(options: Parameters<Bench['create']>[1] = {}): Promise<void> {
  await bench.create('hello', { image, blocks, memoryMib: 60, ...options });
}

async function ends(exit: Exit): Promise<void> {
  host.end(hello, exit);
  await bench.settled();
}

/** It ended at once, and has its next try so late that no test sees it. */
async function createBackingOff(): Promise<void> {
  host.now = () => Date.now() + HOUR_MS;
  await createHello({ restart: ALWAYS });
  await ends(CRASH);
  host.now = Date.now;
  assert.equal(bench.stateOf('hello'), 'backing-off');
}

async function assertRests(): Promise<void> {
  await bench.look();
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['stopped', []]);
  assert.equal(await bench.storedAs('hello'), 'stop');
  await assertHeld();
}

/** Name, share, block device and image are its own. */
async function assertHeld(): Promise<void> {
  assert.equal(await failureCode(bench.create('hello')), 'UNIKERNEL_EXISTS');
  assert.equal(await failureCode(bench.create('other', { memoryMib: 41 })), 'POLICY_EXCEEDED');
  const other = bench.create('other', { image, blocks, memoryMib: 1 });
  assert.equal(await failureCode(other), 'BLOCK_IN_USE');
  assert.equal(bench.userOf('data'), 'hello');
  assert.deepEqual(await bench.imageFiles(), [digestOf(image)]);
}

describe('stop', () => {
  it('ends it for good, whatever its rule, and keeps what it holds', async () => {
    await createHello({ restart: ALWAYS });
    const shown = await bench.stop('hello');
    assert.deepEqual([shown.state, shown.pid, shown.exit], ['stopped', null, SIGTERM]);
    await assertRests();
    assert.deepEqual(bench.told('hello').slice(-2), ['exited', 'stopped']);
    await bench.restart();
    await assertRests();
  });

  it('of what waits for its next try takes that from it', async () => {
    await createBackingOff();
    const shown = await bench.stop('hello');
    assert.deepEqual([shown.state, shown.nextTryAt], ['stopped', null]);
    bench.parts.keeping.onWake(unikernel(), 0);
    await assertRests();
  });

  it('of what has ended changes nothing', async () => {
    await createHello();
    await ends({ kind: 'status', status: 0 });
    assert.equal((await bench.stop('hello')).state, 'exited');
    assert.equal(await bench.storedAs('hello'), 'ended');
    assert.equal(bench.userOf('data'), null);
  });

  it('twice changes nothing the second time', async () => {
    await createHello();
    await bench.stop('hello');
    assert.equal((await bench.stop('hello')).state, 'stopped');
    assert.equal(host.signals.length, 1);
    await assertRests();
  });

  it('waits for a create that is under way, and then stops what that made', async () => {
    const gate = deferred();
    host.startGate = gate.promise;
    const creating = createHello();
    await eventually('it is being started', () => host.starts.length === 1);
    const stopping = bench.stop('hello');
    gate.resolve();
    await creating;
    assert.equal((await stopping).state, 'stopped');
    await assertRests();
  });

  it('waits for a restart that is under way, and then stops what that started', async () => {
    await createHello();
    const gate = deferred();
    host.startGate = gate.promise;
    const restarting = bench.restartOne('hello');
    await eventually('it is being started', () => host.starts.length === 2);
    const stopping = bench.stop('hello');
    gate.resolve();
    await restarting;
    await stopping;
    await assertRests();
  });

  it('kills what does not listen, and not before its time', async (t) => {
    await createHello();
    host.deafTo = new Set(['SIGTERM']);
    t.mock.timers.enable({ apis: ['setInterval'] });
    const stopping = bench.stop('hello');
    while (host.signals.length === 0) await new Promise(setImmediate);
    t.mock.timers.tick(KILL_AFTER_MS - 1);
    assert.equal(host.signals.length, 1);
    t.mock.timers.tick(1);
    assert.deepEqual((await stopping).exit, { kind: 'signal', signal: 9 });
    await assertRests();
  });
});

const SIGTERM: Exit = { kind: 'signal', signal: 15 };

describe('a tender that ends by itself at that moment', () => {
  for (const [title, rule] of [
    ['would be started again', ALWAYS],
    ['would not', NEVER],
  ] as const) {
    it(`before it was noticed, of one that ${title}, was stopped`, async () => {
      await createHello({ restart: rule });
      const { onChange } = host;
      host.onChange = () => undefined;
      host.end(hello, CRASH);
      host.onChange = onChange;
      const stopping = bench.stop('hello');
      await eventually('it is being stopped', () => bench.stateOf('hello') === 'stopping');
      host.onChange();
      assert.deepEqual((await stopping).exit, CRASH);
      await assertRests();
      assert.ok(!bench.told('hello').includes('restarting'));
    });

    it(`while that is written, of one that ${title}, was stopped`, async () => {
      await createHello({ restart: rule });
      const gate = deferred();
      store.gate = gate.promise;
      const stopping = bench.stop('hello');
      await eventually('it is being written', () => store.waiting > 0);
      host.end(hello, CRASH);
      await eventually('it is noticed', () => bench.stateOf('hello') !== 'running');
      gate.resolve();
      assert.deepEqual((await stopping).exit, CRASH);
      await assertRests();
      assert.ok(!bench.told('hello').includes('restarting'));
    });

    it(`just before the signal arrives, of one that ${title}, was stopped`, async () => {
      await createHello({ restart: rule });
      host.deafTo = new Set(['SIGTERM']);
      const stopping = bench.stop('hello');
      while (host.signals.length === 0) await new Promise(setImmediate);
      host.end(hello, CRASH);
      assert.deepEqual((await stopping).exit, CRASH);
      await assertRests();
    });
  }
});

it('an end that is recorded late does not undo a stop that is being written', async () => {
  host.now = () => Date.now() + HOUR_MS;
  await createHello({ restart: ALWAYS });
  store.isFull = true;
  await ends(CRASH);
  store.isFull = false;
  const gate = deferred();
  store.gate = gate.promise;
  const stopping = bench.stop('hello');
  await eventually('it is being written', () => store.waiting > 0);
  const look = bench.look();
  for (let n = 0; n < 20; n += 1) await new Promise(setImmediate);
  gate.resolve();
  await Promise.all([stopping, look]);
  await assertRests();
  await bench.restart();
  await assertRests();
});

describe('a stop for which there is no room on the disk', () => {
  it('is refused, and it runs on', async () => {
    await createHello();
    store.isFull = true;
    assert.equal(await failureCode(bench.stop('hello')), 'DISK_FULL');
    store.isFull = false;
    assert.deepEqual([bench.stateOf('hello'), host.signals], ['running', []]);
    assert.equal(await bench.storedAs('hello'), 'run');
  });

  it('does not make a stop of an end that comes later', async () => {
    await createHello({ restart: ALWAYS });
    store.isFull = true;
    await assert.rejects(bench.stop('hello'));
    store.isFull = false;
    await ends(CRASH);
    assert.equal(bench.stateOf('hello'), 'backing-off');
  });
});
