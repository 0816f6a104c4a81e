import { deferred } from '@albatross/shared/bus/deferred';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import type { LifeRecord } from '@albatross/shared/domain/life';
import { FakeHost } from '../host/fake-host.ts';
import type { StartPlan } from '../host/host.ts';
import { ALWAYS, Bench } from '../testing/bench.ts';

const hello = parseUnikernelName('hello');

interface Loop {
  readonly verb: 'stop' | 'destroy';
  readonly exit: Exit;
  /** How long a start takes, and a guest lives, in turns of the event loop. */
  readonly startTurns: number;
  readonly lifeTurns: number;
  /** When it is asked for. */
  readonly afterTurns: number;
  readonly isAddName: boolean;
  readonly isRestarted: boolean;
}

const loop: fc.Arbitrary<Loop> = fc.record({
  verb: fc.constantFrom('stop' as const, 'destroy' as const),
  exit: fc.constantFrom<Exit>(
    { kind: 'status', status: 2 },
    { kind: 'signal', signal: 11 },
    { kind: 'unknown' },
    { kind: 'status', status: 64 },
  ),
  startTurns: fc.nat(12),
  lifeTurns: fc.nat(12),
  afterTurns: fc.nat(120),
  isAddName: fc.boolean(),
  isRestarted: fc.boolean(),
});

/** Its guests end soon after they were started, by themselves. */
class LoopingHost extends FakeHost {
  readonly #loop: Loop;

  constructor(loop: Loop) {
    super({ memoryMib: 100 });
    this.#loop = loop;
  }

  override async startLife(plan: StartPlan): Promise<LifeRecord> {
    await turns(this.#loop.startTurns);
    const record = await super.startLife(plan);
    void this.#endLater(record);
    return record;
  }

  async #endLater(record: LifeRecord): Promise<void> {
    await turns(this.#loop.lifeTurns);
    const isAlive = this.running().includes(hello);
    if (isAlive && this.newest(hello).record.pid === record.pid) this.end(hello, this.#loop.exit);
  }
}

const ROUNDS_MAX = 8;

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
}

it('a stop, and a destroy, win over a boot loop at any moment', async () => {
  const met = new Set<string>();
  const property = fc.asyncProperty(loop, async (one) => {
    const host = new LoopingHost(one);
    // Whatever it waits for is over already.
    host.now = () => 1_000_000;
    await using bench = await Bench.start({ host });
    await bench.create('hello', { restart: ALWAYS, addName: one.isAddName });
    const restarting = one.isRestarted ? bench.restartOne('hello').catch(() => undefined) : null;
    await turns(one.afterTurns);
    met.add(bench.stateOf('hello'));
    // Status 64 is tried again once, and without the name.
    const mayBeOver = one.exit.kind === 'status' && one.exit.status === 64;
    await (one.verb === 'stop' ? bench.stop('hello') : bench.destroy('hello'));
    const starts = host.starts.length;
    const after = bench.stateOf('hello');
    await restarting;
    await turns(30);
    await bench.look();
    assert.equal(host.starts.length, starts, 'it was started again');
    assert.deepEqual(host.running(), []);
    assert.equal(bench.stateOf('hello'), after);
    if (one.verb === 'destroy') assert.equal(after, 'absent');
    else assert.ok(after === 'stopped' || mayBeOver, after);
    const stored = await bench.storedAs('hello');
    assert.ok(one.verb === 'destroy' ? stored === 'gone' : stored === 'stop' || mayBeOver, stored);
    await bench.restart();
    await bench.look();
    assert.deepEqual([host.starts.length, host.running()], [starts, []], 'by the next supervisor');
  });
  // Which moments it meets, the machine's load has a say in; without any of these they say nothing.
  const wanted = ['running', 'backing-off', 'starting'];
  for (let round = 0; round === 0 || wanted.some((state) => !met.has(state)); round += 1) {
    assert.ok(round < ROUNDS_MAX, `only ${[...met].join(', ')}`);
    await fc.assert(property, { numRuns: 60, includeErrorInReport: true });
  }
});

it('what was to end one wait does not end the next', async (t) => {
  const host = new FakeHost({ memoryMib: 100 });
  await using bench = await Bench.start({ host });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await bench.create('hello', { restart: ALWAYS });
  host.end(hello, { kind: 'status', status: 2 });
  await bench.settled();
  assert.equal(bench.stateOf('hello'), 'backing-off');
  await bench.startOne('hello');
  host.now = () => Date.now() + 3_600_000;
  host.end(hello, { kind: 'status', status: 2 });
  await bench.settled();
  const { length } = host.starts;
  t.mock.timers.tick(1000);
  await turns(100);
  assert.deepEqual([bench.stateOf('hello'), host.starts.length], ['backing-off', length]);
});

it('is listed with its next try, and with how its last life ended while another lives', async (t) => {
  const host = new FakeHost({ memoryMib: 100 });
  await using bench = await Bench.start({ host });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  host.now = () => 1_700_000_000_000;
  const listed = () => bench.parts.inventory.list({ name: hello }).unikernels[0];
  await bench.create('hello', { restart: ALWAYS });
  assert.deepEqual([listed()?.lastExit, listed()?.nextTryAt], [null, null]);
  const exit = { kind: 'status', status: 2 } as const;
  host.end(hello, exit);
  await bench.settled();
  const { state, lastExit, nextTryAt } = listed() ?? {};
  assert.deepEqual([state, lastExit], ['backing-off', exit]);
  assert.ok((nextTryAt ?? 0) > 1_700_000_000_000, `${nextTryAt}`);
  await bench.startOne('hello');
  const again = listed();
  assert.deepEqual([again?.state, again?.exit, again?.lastExit], ['running', null, exit]);
  assert.equal(again?.nextTryAt, null);
});

it('a restart that fails has its next try when that is due, and not at once', async (t) => {
  const host = new FakeHost({ memoryMib: 100 });
  await using bench = await Bench.start({ host });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await bench.create('hello');
  const gate = deferred();
  host.startGate = gate.promise;
  const restarting = bench.restartOne('hello');
  while (host.starts.length < 2) await turns(1);
  // Whatever its end before was to bring about comes about now.
  t.mock.timers.tick(1);
  host.startFailure = new Error('no');
  gate.resolve();
  await assert.rejects(restarting, { message: 'no' });
  const { length } = host.starts;
  await turns(100);
  assert.deepEqual([bench.stateOf('hello'), host.starts.length], ['backing-off', length]);
  host.startFailure = null;
  t.mock.timers.tick(1000);
  t.mock.timers.reset();
  await eventually('it runs', () => bench.stateOf('hello') === 'running');
});
