import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import { FAILURES_MAX } from '@albatross/shared/domain/restart';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FakeHost } from '../host/fake-host.ts';
import { ALWAYS, CALLER, digestOf, imageOf, type Bench } from '../testing/bench.ts';
import {
  assertRefused,
  endGround,
  snapshot,
  startGround,
  type Ground,
} from '../testing/refusal-trial.ts';
import { BLOCKS, IMAGE, NETS } from '../testing/standings.ts';

/** What the original does wrong when something ends or starts again, and we do not. */

const hello = parseUnikernelName('hello');

let ground: Ground;
let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ host, bench } = ground);
});
afterEach(async () => await endGround(ground));

const show = (name = 'hello') => bench.parts.inventory.show(parseUnikernelName(name));

async function createHello(options: Parameters<Bench['create']>[1] = {}): Promise<void> {
  const config = { nets: NETS, blocks: BLOCKS, memoryMib: 30 };
  await bench.create('hello', { image: IMAGE, ...config, ...options });
}

describe('W9: what should run is not forgotten', () => {
  const NAMES = ['a', 'b', 'c'] as const;
  beforeEach(async () => {
    for (const name of NAMES) await bench.create(name, { image: imageOf(1), memoryMib: 10 });
    host.reboot();
  });

  async function assertAllRun(): Promise<void> {
    await eventually('all run', () => host.running().length === NAMES.length);
    assert.deepEqual([...host.running()].toSorted(), NAMES);
  }

  it('by who dies again and again while starting it', async () => {
    const start = host.startLife.bind(host);
    for (let starts = 0; starts <= NAMES.length; starts += 1) {
      let left = starts;
      host.startLife = async (plan) => {
        left -= 1;
        return left < 0 ? await new Promise(() => undefined) : await start(plan);
      };
      void bench.restart();
      await eventually('it hangs, or is done', () => left < 0 || host.running().length === 3);
      if (starts < NAMES.length) host.reboot();
    }
    host.startLife = start;
    await bench.restart();
    await assertAllRun();
  });

  it('because one cannot be started; that does not keep the rest, and is tried again', async () => {
    const start = host.startLife.bind(host);
    host.startLife = async (plan) => {
      if (plan.config.name === 'b') throw new Failure('BRIDGE_NOT_FOUND', 'there is no bridge');
      return await start(plan);
    };
    await bench.restart();
    assert.deepEqual([bench.stateOf('a'), bench.stateOf('c')], ['running', 'running']);
    assert.equal(show('b').why, 'there is no bridge');
    host.startLife = start;
    await assertAllRun();
  });

  it('because its tender is not there any more', async () => {
    const findTender = host.findTender.bind(host);
    host.findTender = async () => {
      throw new Failure('TENDER_NOT_FOUND', 'it was removed');
    };
    await bench.restart();
    assert.deepEqual(
      NAMES.map((name) => show(name).why),
      NAMES.map(() => 'it was removed'),
    );
    Object.assign(host, { findTender });
    await bench.restart();
    await assertAllRun();
  });

  it('because the machine has become smaller', async () => {
    host.policy = {
      ...host.policy,
      unikernels: 1,
      memoryMib: 5,
      cpus: [],
      bridges: [],
      blockMib: null,
    };
    await bench.restart();
    await assertAllRun();
    assert.equal(await failureCode(bench.create('d', { memoryMib: 1 })), 'POLICY_EXCEEDED');
  });

  it('because the record of another cannot be read', async () => {
    await writeFile(join(bench.state, 'unikernels', ':b', 'config'), 'what is this');
    await bench.restart();
    assert.deepEqual([...host.running()].toSorted(), ['a', 'c']);
    assert.ok(bench.logged.some((line) => line.startsWith('error damaged')));
  });

  it('because there are fewer users for tenders: as many are started as there are', async () => {
    Object.assign(host, { tenderUids: { first: 800_000, count: 2 } });
    await bench.restart();
    await eventually('two run', () => host.running().length === 2);
    const waiting = NAMES.filter((name) => !host.running().includes(parseUnikernelName(name)));
    assert.equal(waiting.length, 1);
    assert.notEqual(bench.stateOf(waiting[0] ?? ''), 'absent');
    Object.assign(host, { tenderUids: { first: 800_000, count: 3 } });
    await bench.restart();
    await assertAllRun();
  });

  it('by who is killed in the middle of it: the records of all are there all the time', async () => {
    const gate = deferred();
    host.startGate = gate.promise;
    void bench.restart();
    await eventually('they are being started', () => host.starts.length > NAMES.length);
    const { records } = await bench.parts.store.readAll(() => undefined);
    assert.deepEqual(records.map(({ name }) => name).toSorted(), NAMES);
    assert.ok(records.every(({ desire }) => desire.kind === 'run'));
    host.startGate = Promise.resolve();
    await bench.restart();
    await assertAllRun();
  });
});

describe('W10: what fails leaves nothing half done', () => {
  it('a start that fails keeps no image, no tap and no block device', async () => {
    const before = await snapshot(bench);
    host.startFailure = new Failure('NETWORK_FAILED', 'no tap');
    await assertRefused(bench, 'NETWORK_FAILED', async () => await createHello(), before);
  });

  for (const [title, replace] of Object.entries({
    'a create with force': async () => {
      const config = { nets: NETS, blocks: BLOCKS, memoryMib: 40, force: true };
      await bench.create('hello', { image: imageOf(2, [...DEVICES]), ...config });
    },
    'a restart with other arguments': async () => {
      await bench.restartOne('hello', { nets: NETS, blocks: BLOCKS, memoryMib: 40 });
    },
  })) {
    it(`${title} that does not start leaves the old one running`, async () => {
      await createHello();
      const start = host.startLife.bind(host);
      host.startLife = async (plan) => {
        if (plan.config.memoryMib === 40) throw new Error('no');
        return await start(plan);
      };
      await assert.rejects(replace(), { message: 'no' });
      assert.deepEqual([host.running(), show().memoryMib], [['hello'], 30]);
      assert.deepEqual(await bench.imageFiles(), [digestOf(IMAGE)]);
    });
  }

  it('an automatic restart that fails is told, and tried again', async () => {
    await createHello({ restart: ALWAYS });
    host.startFailure = new Error('no');
    host.end(hello, { kind: 'status', status: 2 });
    await eventually('it says why', () => show().why === 'no');
    assert.ok(bench.logged.includes('warn a unikernel cannot be started now'));
    host.startFailure = null;
    await eventually('it runs', () => bench.stateOf('hello') === 'running');
  });

  it('a block device that is read cannot be given to a unikernel, nor one of its be read', async () => {
    const data = parseUnikernelName('data');
    const download = await bench.parts.blocks.dump(CALLER, { name: data, compressionLevel: 0 });
    assert.equal(await failureCode(createHello()), 'BLOCK_IN_USE');
    await bench.parts.blobs.close(CALLER.identity, { name: data, blob: download.blob });
    await createHello();
    const { blocks } = bench.parts;
    const dump = blocks.dump(CALLER, { name: data, compressionLevel: 0 });
    assert.equal(await failureCode(dump), 'BLOCK_IN_USE');
    const remove = blocks.remove(CALLER, { id: randomUUID(), name: data });
    assert.equal(await failureCode(remove), 'BLOCK_IN_USE');
    const set = blocks.set(CALLER, { id: randomUUID(), name: data, blob: 'x', compressed: false });
    assert.equal(await failureCode(set), 'BLOCK_IN_USE');
  });
});

const DEVICES = [
  { name: 'data', kind: 'block' },
  { name: 'net', kind: 'net' },
] as const;

describe('W11: a guest that ends again and again', () => {
  it('is started ever more rarely, and given up in the end', async () => {
    // Whatever it waits for is over already.
    host.now = () => 1_000_000;
    host.endAtOnce = { kind: 'status', status: 2 };
    await createHello({ restart: ALWAYS });
    await eventually('it was given up', () => bench.stateOf('hello') === 'failed');
    const from = { kind: 'after', seq: 0 } as const;
    const { events } = bench.parts.events.list({ name: ROOT, from });
    const delays = events.flatMap((one) => (one.type === 'restarting' ? [one.delayMs] : []));
    const doubled = Array.from({ length: FAILURES_MAX }, (_, n) => Math.min(200 * 2 ** n, 60_000));
    assert.deepEqual(delays, doubled);
    assert.equal(host.starts.length, 1 + FAILURES_MAX);
    assert.match(show().why ?? '', /it ended 21 times in a row/);
    assert.equal(bench.told('hello').filter((type) => type === 'failed').length, 1);
    // It holds nothing any more, and can be started by hand.
    await bench.create('other', { image: IMAGE, nets: NETS, blocks: BLOCKS, memoryMib: 100 });
    await bench.destroy('other');
    host.endAtOnce = null;
    assert.equal((await bench.startOne('hello')).state, 'running');
  });

  const restarted: readonly Exit[] = [
    { kind: 'signal', signal: 9 },
    { kind: 'signal', signal: 6 },
    { kind: 'unknown' },
    { kind: 'status', status: 0 },
    { kind: 'status', status: 255 },
  ];
  for (const exit of restarted) {
    it(`is started again after ${JSON.stringify(exit)}, and how it ended can be seen`, async () => {
      await createHello({ restart: ALWAYS });
      host.end(hello, exit);
      await bench.settled();
      assert.deepEqual([show().state, show().exit], ['backing-off', exit]);
      await eventually('it runs', () => bench.stateOf('hello') === 'running');
      assert.deepEqual([show().restarts, show().exit], [1, null]);
      assert.deepEqual(
        show().pastLives.map((past) => past.exit),
        [exit],
      );
    });
  }

  for (const status of [1, 60, 61, 62, 63, 64]) {
    it(`is not after the status ${status}, even if its rule has that`, async () => {
      await createHello({ restart: { kind: 'on-exit', statuses: [status] } });
      host.end(hello, { kind: 'status', status });
      await bench.settled();
      assert.deepEqual([show().state, show().exit], ['exited', { kind: 'status', status }]);
    });
  }
});
