import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { OUTCOME_KEPT_MS } from '../outcomes.ts';
import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from './store.ts';
import { Bench, digestOf, imageOf } from '../testing/bench.ts';
import { runningRecord } from '../testing/stored-records.ts';

const hello = parseUnikernelName('hello');

const fullDisk = { isFull: false };

class Disk extends Store {
  override async write(stored: StoredRecord): Promise<void> {
    if (fullDisk.isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    await super.write(stored);
  }
}

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 1000 });
  bench = await Bench.start({ host, store: (state) => new Disk(state) });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function restart(): Promise<void> {
  await bench.restart();
  await bench.look();
}

describe('a supervisor that starts again', () => {
  it('takes up what runs, as it is', async () => {
    const before = await bench.create('hello', { memoryMib: 600, arguments: ['a'] });
    await restart();
    assert.deepEqual(bench.parts.inventory.show(hello), before);
    assert.deepEqual([host.starts.length, host.signals], [1, []]);
    assert.equal(await failureCode(bench.create('other', { memoryMib: 401 })), 'POLICY_EXCEEDED');
    assert.equal(await failureCode(bench.create('hello')), 'UNIKERNEL_EXISTS');
    await bench.destroy('hello');
    assert.deepEqual(host.running(), []);
  });

  it('notices an end that came while nobody was there', async () => {
    await bench.create('hello');
    host.onChange = () => undefined;
    host.end(hello, { kind: 'status', status: 3 });
    await restart();
    assert.deepEqual(bench.parts.inventory.show(hello).exit, { kind: 'status', status: 3 });
    assert.equal(await bench.storedAs('hello'), 'ended');
    assert.equal(host.starts.length, 1);
  });

  it('does not start what had ended, and can replace it', async () => {
    await bench.create('hello', { image: imageOf(1) });
    host.end(hello, { kind: 'status', status: 3 });
    await bench.settled();
    await restart();
    assert.deepEqual([bench.stateOf('hello'), host.starts.length], ['exited', 1]);
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(1))]);
    await bench.create('hello', { image: imageOf(2) });
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(2))]);
  });

  it('starts what should run and does not, with a life of its own', async () => {
    await bench.create('hello');
    host.reboot();
    await restart();
    assert.deepEqual(host.running(), ['hello']);
    const [first, second] = host.starts;
    assert.ok((second?.life.number ?? 0) > (first?.life.number ?? 0));
    assert.equal(bench.parts.inventory.show(hello).restarts, 1);
    await restart();
    assert.equal(host.starts.length, 2);
  });

  it('takes up the recorded life only, and ends any other', async () => {
    await bench.create('hello');
    await bench.parts.store.write(
      runningRecord('hello', { digest: digestOf(imageOf(1)), life: 77 }),
    );
    await restart();
    await bench.look();
    assert.deepEqual(host.running(), ['hello']);
    assert.equal(host.starts.length, 2);
    assert.deepEqual(host.signals, [{ unikernel: 'hello', signal: 'SIGTERM' }]);
    assert.equal(bench.stateOf('hello'), 'running');
  });

  it('ends what was destroyed, if whoever did that died before it came to it', async () => {
    await bench.create('hello');
    host.deafTo = new Set(['SIGTERM']);
    bench.destroy('hello', 'request-1').catch(() => undefined);
    while (host.signals.length === 0) await new Promise(setImmediate);
    host.deafTo = new Set();
    await restart();
    await bench.look();
    assert.deepEqual([host.running(), host.traces(), await bench.imageFiles()], [[], [], []]);
    await bench.destroy('hello', 'request-1');
    assert.equal(await failureCode(bench.destroy('hello', 'request-2')), 'UNIKERNEL_NOT_FOUND');
  });

  it('removes images and uploads that nobody needs', async () => {
    await bench.create('hello', { image: imageOf(1) });
    await bench.upload('other');
    await writeFile(bench.parts.images.path('e'.repeat(64)), 'left');
    await restart();
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(1))]);
    assert.deepEqual(await bench.blobFiles(), []);
  });

  it('starts many', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `u${index}`);
    await Promise.all(names.map(async (name) => await bench.create(name, { memoryMib: 1 })));
    host.reboot();
    await restart();
    assert.equal(host.running().length, 40);
    assert.equal(new Set(host.starts.map(({ life }) => life.number)).size, 80);
  });
});

describe('one that fails does not stop the rest', () => {
  it('when its start fails; and it is tried again, ever more rarely', async () => {
    await bench.create('bad', { arguments: ['bad'] });
    await bench.create('good');
    host.reboot();
    const start = host.startLife.bind(host);
    host.startLife = async (plan) => {
      if (plan.config.name === 'bad') throw new Error('there is no bridge');
      return await start(plan);
    };
    await restart();
    assert.deepEqual([bench.stateOf('bad'), bench.stateOf('good')], ['backing-off', 'running']);
    const { why, nextTryAt } = bench.parts.inventory.show(parseUnikernelName('bad'));
    assert.equal(why, 'there is no bridge');
    assert.ok(nextTryAt !== null && nextTryAt > Date.now() - 1000);
    assert.equal(await bench.storedAs('bad'), 'run');
    host.startLife = start;
    await eventually('it runs', () => bench.stateOf('bad') === 'running');
    assert.equal(bench.parts.inventory.show(parseUnikernelName('bad')).why, null);
  });

  it('and what cannot be started can be replaced, or destroyed', async () => {
    for (const name of ['a', 'b']) await bench.create(name, { image: imageOf(1) });
    host.reboot();
    host.startFailure = new Error('no');
    await restart();
    assert.deepEqual([bench.stateOf('a'), bench.stateOf('b')], ['backing-off', 'backing-off']);
    host.startFailure = null;
    await bench.create('a', { image: imageOf(2), force: true });
    await bench.destroy('b');
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(2))]);
  });

  it('when the disk is full: it is started all the same', async () => {
    await bench.create('hello');
    host.reboot();
    fullDisk.isFull = true;
    await restart();
    fullDisk.isFull = false;
    assert.equal(bench.stateOf('hello'), 'running');
  });

  it('when its record is damaged', async () => {
    await bench.create('good');
    await mkdir(join(bench.state, 'unikernels', ':bad'));
    await writeFile(join(bench.state, 'unikernels', ':bad', 'config'), '{');
    await restart();
    assert.deepEqual([bench.stateOf('bad'), bench.stateOf('good')], ['absent', 'running']);
    assert.equal(bench.logged.filter((line) => line.startsWith('error damaged')).length, 1);
  });

  it('and what runs under a damaged record is left alone, with its image, until it is destroyed', async () => {
    await bench.create('bad', { image: imageOf(1) });
    await writeFile(join(bench.state, 'unikernels', ':bad', 'config'), '{');
    for (let times = 0; times < 2; times += 1) {
      await restart();
      await bench.look();
      assert.deepEqual(host.running(), ['bad']);
      assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(1))]);
      assert.equal(await failureCode(bench.create('bad')), 'UNIKERNEL_EXISTS');
    }
    await bench.destroy('bad');
    assert.deepEqual(host.running(), []);
    await restart();
    assert.deepEqual(await bench.imageFiles(), []);
    await bench.create('bad');
  });
});

describe('the user of a tender', () => {
  const uidOf = (name: string): number | null | undefined =>
    bench.parts.inventory.find(parseUnikernelName(name))?.uid;

  async function restartOn(tenderUids: FakeHost['tenderUids']): Promise<void> {
    const { state } = bench;
    host = new FakeHost({ memoryMib: 1000, tenderUids });
    Object.assign(bench, { host });
    await restart();
    assert.equal(bench.state, state);
  }

  it('stays the same, however often it is started', async () => {
    await restartOn({ first: 700_000, count: 5 });
    for (const name of ['a', 'b']) await bench.create(name);
    await bench.destroy('a');
    host.reboot();
    await restart();
    assert.equal(uidOf('b'), 700_001);
    assert.equal(host.starts.at(-1)?.uid, 700_001);
  });

  it('is never root, not for what an ordinary user had created', async () => {
    await bench.create('a');
    await bench.create('b');
    await restartOn({ first: 700_000, count: 5 });
    const uids = host.starts.map(({ uid }) => uid);
    assert.deepEqual(new Set(uids), new Set([700_000, 700_001]));
    await restart();
    assert.deepEqual(new Set([uidOf('a'), uidOf('b')]), new Set(uids));
  });

  it('is the ordinary one that starts it, for what root had created', async () => {
    await restartOn({ first: 700_000, count: 5 });
    await bench.create('a');
    await restartOn(null);
    assert.equal(host.starts.at(-1)?.uid, null);
  });
});

describe('what was destroyed', () => {
  it('is remembered with its outcome for as long as somebody may ask again', async () => {
    await bench.create('hello');
    await bench.destroy('hello', 'request-1');
    await restart();
    await bench.destroy('hello', 'request-1');
    bench.aheadMs = OUTCOME_KEPT_MS + 1000;
    await bench.parts.records.forgetOld();
    assert.equal(await bench.storedAs('hello'), 'absent');
  });

  it('does not take its successor with it when it is forgotten', async () => {
    await bench.create('hello');
    await bench.destroy('hello');
    bench.aheadMs = OUTCOME_KEPT_MS + 1000;
    const blob = await bench.upload('hello');
    await Promise.all([bench.parts.records.forgetOld(), bench.createFrom(blob, 'hello')]);
    assert.equal(await bench.storedAs('hello'), 'run');
  });
});

it('a request that was carried out is answered as before, and not carried out again', async () => {
  const blob = await bench.upload('hello');
  await bench.createFrom(blob, 'hello', { id: 'request-1' });
  await restart();
  const again = await bench.createFrom(blob, 'hello', { id: 'request-1' });
  assert.equal(again.name, 'hello');
  assert.equal(host.starts.length, 1);
  const other = bench.createFrom(blob, 'hello', { id: 'request-1', memoryMib: 33 });
  assert.equal(await failureCode(other), 'ID_REUSED');
});

it('a lost counter does not give a number again that a record still has', async () => {
  await bench.create('hello');
  await rm(join(bench.state, 'life-counter'));
  host.reboot();
  await restart();
  assert.ok((host.starts.at(-1)?.life.number ?? 0) > 1);
});
