import { deferred } from '@albatross/shared/bus/deferred';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { DRAIN_MAX_MS, DRAINING_MAX, SILENCE_MAX_MS } from './judge.ts';
import { KILL_AFTER_MS } from './keeping.ts';
import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from './store.ts';
import { Bench } from '../testing/bench.ts';

const hello = parseUnikernelName('hello');
const exit: Exit = { kind: 'status', status: 3 };

/** Takes no write while it is told so. */
class MoodyStore extends Store {
  static failure: Error | null = null;
  static writes = 0;

  override async write(stored: StoredRecord): Promise<void> {
    if (MoodyStore.failure !== null) throw MoodyStore.failure;
    MoodyStore.writes += 1;
    await super.write(stored);
  }
}

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  MoodyStore.failure = null;
  host = new FakeHost({ memoryMib: 100_000 });
  bench = await Bench.start({ host, store: (state) => new MoodyStore(state) });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

const signals = (): readonly string[] => host.signals.map(({ signal }) => signal);
const isGone = (name: string) => () => bench.stateOf(name) === 'absent';

describe('a stop', () => {
  it('kills what does not listen, and not before its time', async (t) => {
    await bench.create('hello');
    host.deafTo = new Set(['SIGTERM']);
    t.mock.timers.enable({ apis: ['setInterval'] });
    const destroying = bench.destroy('hello');
    while (signals().length === 0) await new Promise(setImmediate);
    t.mock.timers.tick(KILL_AFTER_MS - 1);
    assert.deepEqual(signals(), ['SIGTERM']);
    t.mock.timers.tick(1);
    await destroying;
    assert.deepEqual(signals(), ['SIGTERM', 'SIGKILL']);
    t.mock.timers.tick(10 * KILL_AFTER_MS);
    assert.equal(signals().length, 2);
  });

  it('kills again what a first SIGKILL did not reach', async (t) => {
    await bench.create('hello');
    host.deafTo = new Set(['SIGTERM', 'SIGKILL']);
    t.mock.timers.enable({ apis: ['setInterval'] });
    const destroying = bench.destroy('hello');
    while (signals().length === 0) await new Promise(setImmediate);
    t.mock.timers.tick(KILL_AFTER_MS);
    host.deafTo = new Set();
    t.mock.timers.tick(KILL_AFTER_MS);
    await destroying;
    assert.deepEqual(signals(), ['SIGTERM', 'SIGKILL', 'SIGKILL']);
  });

  it('is no end to be remembered', async () => {
    await bench.create('hello');
    const before = MoodyStore.writes;
    await bench.destroy('hello');
    await bench.settled();
    assert.equal(MoodyStore.writes, before + 1);
    assert.equal(await bench.storedAs('hello'), 'gone');
  });
});

describe('an end', () => {
  it('is recorded once, and then its traces are removed', async () => {
    await bench.create('hello');
    const before = MoodyStore.writes;
    host.end(hello, exit);
    await bench.settled();
    for (let times = 0; times < 3; times += 1) await bench.look();
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['exited', 'ended']);
    assert.equal(MoodyStore.writes, before + 1);
    assert.deepEqual(host.traces(), []);
    assert.deepEqual(bench.parts.inventory.show(hello).exit, exit);
  });

  it('that comes before its start is known to have succeeded is recorded too', async () => {
    const gate = deferred();
    host.startGate = gate.promise;
    host.endAtOnce = exit;
    const creating = bench.create('hello');
    await eventually('it is being started', () => host.starts.length === 1);
    gate.resolve();
    await creating;
    await bench.settled();
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['exited', 'ended']);
    assert.deepEqual(host.traces(), []);
  });

  it('that the disk does not take is tried again, and its traces stay for that long', async () => {
    await bench.create('hello');
    MoodyStore.failure = Object.assign(new Error('full'), { code: 'ENOSPC' });
    host.end(hello, exit);
    for (let times = 0; times < 3; times += 1) await bench.look();
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['exited', 'run']);
    assert.deepEqual(host.traces(), [':hello@1']);
    assert.ok(bench.logged.includes('error the end of a unikernel cannot be recorded'));
    MoodyStore.failure = null;
    await bench.look();
    assert.equal(await bench.storedAs('hello'), 'ended');
    await bench.look();
    assert.deepEqual(host.traces(), []);
  });

  it('that could not be recorded is still known to the next supervisor', async () => {
    await bench.create('hello');
    MoodyStore.failure = new Error('no disk');
    host.end(hello, exit);
    await bench.look();
    MoodyStore.failure = null;
    await bench.restart();
    await bench.settled();
    assert.equal(await bench.storedAs('hello'), 'ended');
    assert.equal(host.starts.length, 1);
  });

  it('that could not be recorded is never taken for that of its successor', async () => {
    await bench.create('hello');
    MoodyStore.failure = new Error('no disk');
    host.end(hello, exit);
    await bench.look();
    MoodyStore.failure = null;
    await bench.create('hello');
    await bench.look();
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['running', 'run']);
    await bench.restart();
    assert.deepEqual([host.running(), host.starts.length], [['hello'], 2]);
  });

  it('is unknown when the keeper was killed first', async () => {
    await bench.create('hello');
    host.killKeeper(hello);
    await bench.look();
    assert.equal(bench.stateOf('hello'), 'running');
    host.end(hello, exit);
    await bench.settled();
    assert.deepEqual(bench.parts.inventory.show(hello).exit, { kind: 'unknown' });
  });

  it('is unknown when the keeper stays silent', async (t) => {
    await bench.create('hello');
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    host.isConsoleAway = true;
    host.end(hello, exit);
    host.newest(hello).exit = null;
    await bench.look();
    assert.equal(bench.stateOf('hello'), 'running');
    t.mock.timers.tick(SILENCE_MAX_MS + 1);
    await bench.look();
    assert.deepEqual(bench.parts.inventory.show(hello).exit, { kind: 'unknown' });
  });

  it('comes by SIGKILL when a tender hangs in it', async () => {
    await bench.create('hello');
    host.wedge(hello);
    await bench.look();
    await bench.settled();
    assert.deepEqual(signals(), ['SIGKILL']);
    assert.deepEqual(bench.parts.inventory.show(hello).exit, { kind: 'signal', signal: 9 });
  });
});

describe('keepers that wait for console', () => {
  async function endWhileConsoleIsAway(t: TestContext, count: number): Promise<void> {
    host.isConsoleAway = true;
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const { onChange } = host;
    host.onChange = () => undefined;
    for (let n = 0; n < count; n += 1) {
      const life = { unikernel: parseUnikernelName(`u${n}`), number: n + 1 };
      const [plan] = host.starts;
      assert.ok(plan !== undefined);
      await host.startLife({ ...plan, life });
      host.end(life.unikernel, exit);
    }
    host.onChange = onChange;
  }

  it('are let go when they waited for too long', async (t) => {
    await bench.create('hello');
    await endWhileConsoleIsAway(t, 2);
    await bench.look();
    assert.deepEqual(host.traces(), [':hello@1', ':u0@1', ':u1@2']);
    t.mock.timers.tick(DRAIN_MAX_MS + 1);
    await bench.look();
    await bench.look();
    assert.deepEqual(host.traces(), [':hello@1']);
  });

  it('are let go, the oldest first, when there are too many', async (t) => {
    await bench.create('hello');
    await endWhileConsoleIsAway(t, DRAINING_MAX + 2);
    await bench.look();
    await bench.look();
    assert.equal(host.traces().length, DRAINING_MAX + 1);
    assert.deepEqual(host.traces().slice(0, 2), [':hello@1', ':u2@3']);
  });
});

describe('a tender that nobody wants', () => {
  it('is ended, and killed when it does not listen', async (t) => {
    await bench.create('hello');
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    host.deafTo = new Set(['SIGTERM']);
    bench.parts.inventory.put(hello, null);
    await bench.look();
    assert.equal(new Set(signals()).size, 1);
    t.mock.timers.tick(KILL_AFTER_MS + 1);
    await bench.look();
    await bench.settled();
    assert.equal(signals().at(-1), 'SIGKILL');
    assert.deepEqual([host.running(), host.traces()], [[], []]);
  });

  it('is left alone while it is being started', async () => {
    const gate = deferred();
    host.startGate = gate.promise;
    const creating = bench.create('hello');
    await eventually('it is being started', () => host.starts.length === 1);
    for (let times = 0; times < 3; times += 1) await bench.look();
    gate.resolve();
    await creating;
    await bench.look();
    assert.deepEqual([host.running(), signals()], [['hello'], []]);
  });
});

it('a life that cannot be dealt with does not keep the rest from it', async () => {
  await bench.create('bad');
  await bench.create('good');
  const remove = host.removeLife.bind(host);
  host.removeLife = async (life) => {
    if (life.unikernel === 'bad') throw new Error('no');
    await remove(life);
  };
  host.end(parseUnikernelName('bad'), exit);
  await bench.look();
  host.end(parseUnikernelName('good'), exit);
  for (let times = 0; times < 3; times += 1) await bench.look();
  assert.deepEqual([await bench.storedAs('good'), host.traces()], ['ended', [':bad@1']]);
  assert.ok(bench.logged.includes('error a life cannot be cleared away'));
  await bench.destroy('bad');
  assert.ok(isGone('bad')());
});
