import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseName, parseUnikernelName } from '@albatross/shared/domain/name';
import { UNIKERNELS_PER_PAGE_MAX } from '@albatross/shared/contracts/unikernel-list';
import { buildImage } from '@albatross/solo5/testing';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, digestOf, imageOf } from '../testing/bench.ts';
import { runningRecord } from '../testing/stored-records.ts';
import { unikernelIn } from '@albatross/shared/contracts/stored-unikernel';
import { Unikernel } from './unikernel.ts';

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({ host });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

/** Nothing is held that should not be: files, memory, users, names. */
async function assertNothingHeld(): Promise<void> {
  await bench.settled();
  assert.deepEqual(host.running(), []);
  assert.deepEqual(await bench.imageFiles(), []);
  assert.deepEqual(await bench.blobFiles(), []);
  assert.equal(bench.parts.inventory.all().length, 0);
  await bench.create('afterwards', { memoryMib: 100 });
  assert.equal(host.starts.at(-1)?.uid, 700_000);
}

describe('create', () => {
  it('starts a unikernel from its upload, and shows it', async () => {
    const image = imageOf(1);
    host.now = () => 1_700_000_000_000;
    const shown = await bench.create('foo:hello', { image, memoryMib: 40, arguments: ['a', 'b'] });
    assert.deepEqual(bench.parts.inventory.show(parseUnikernelName('foo:hello')), shown);
    assert.deepEqual(shown, {
      name: 'foo:hello',
      state: 'running',
      target: 'spt',
      pid: 1000,
      memoryMib: 40,
      digest: digestOf(image),
      startedAt: 1_700_000_000_000,
      restarts: 0,
      exit: null,
      lastExit: null,
      cpus: [0],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: ['a', 'b'],
      addName: false,
      nextTryAt: null,
      why: null,
      pastLives: [],
    });
    assert.deepEqual(host.running(), ['foo:hello']);
    assert.deepEqual(await bench.imageFiles(), [digestOf(image)]);
    assert.deepEqual(await bench.blobFiles(), []);
    assert.equal(await bench.storedAs('foo:hello'), 'run');
    const [plan] = host.starts;
    assert.equal(plan?.imagePath, bench.parts.images.path(digestOf(image)));
    assert.deepEqual([plan.uid, plan.life.number], [700_000, 1]);
  });

  it('is carried out once, however often it is asked for', async () => {
    const blob = await bench.upload('hello');
    const ask = async () => await bench.createFrom(blob, 'hello', { id: 'request-1' });
    const [first, second] = await Promise.all([ask(), ask()]);
    assert.deepEqual(second, first);
    assert.deepEqual(await ask(), first);
    assert.equal(host.starts.length, 1);
  });

  it('is refused while there is one of that name, and leaves that one alone', async () => {
    await bench.create('hello');
    assert.equal(await failureCode(bench.create('hello')), 'UNIKERNEL_EXISTS');
    await bench.settled();
    assert.deepEqual([bench.stateOf('hello'), host.running()], ['running', ['hello']]);
    assert.equal((await bench.imageFiles()).length, 1);
    await bench.destroy('hello');
    await assertNothingHeld();
  });

  it('of one name at the same time starts one of them', async () => {
    const both = await Promise.allSettled([bench.create('hello'), bench.create('hello')]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await bench.settled();
    assert.deepEqual(host.running(), ['hello']);
  });

  it('is refused when memory is short, with limit and use, and holds nothing then', async () => {
    await bench.create('first', { memoryMib: 60 });
    const failure = await bench
      .create('second', { memoryMib: 41 })
      .catch((error: unknown) => error);
    assert.ok(failure instanceof Error && 'details' in failure);
    assert.deepEqual(failure.details, {
      policy: ':',
      resource: 'memoryMib',
      limit: 100,
      used: 60,
      requested: 41,
      usedBy: [{ name: 'first', used: 60 }],
      usedByOthers: 0,
    });
    await bench.create('third', { memoryMib: 40 });
    await bench.destroy('first');
    await bench.destroy('third');
    await assertNothingHeld();
  });

  it('is refused when there are no users left for tenders', async () => {
    for (const name of ['a', 'b', 'c']) await bench.create(name, { memoryMib: 1 });
    assert.equal(await failureCode(bench.create('d', { memoryMib: 1 })), 'POLICY_EXCEEDED');
    assert.deepEqual(
      host.starts.map(({ uid }) => uid),
      [700_000, 700_001, 700_002],
    );
    await bench.destroy('b');
    await bench.create('d', { memoryMib: 1 });
    assert.equal(host.starts.at(-1)?.uid, 700_001);
  });

  it('fails without a trace when its image is no image, or asks for devices', async () => {
    const bad = bench.create('hello', { image: Buffer.from('#!/bin/sh') });
    assert.equal(await failureCode(bad), 'IMAGE_NOT_ELF');
    const image = buildImage({ target: 'spt', devices: [{ name: 'service', kind: 'net' }] });
    assert.equal(await failureCode(bench.create('hello', { image })), 'DEVICES_MISMATCH');
    await assertNothingHeld();
  });

  it('fails without a trace when its tender cannot be started, and the same when repeated', async () => {
    const blob = await bench.upload('hello');
    host.startFailure = new Error('no');
    const ask = async () => await bench.createFrom(blob, 'hello', { id: 'request-1' });
    await assert.rejects(ask(), { message: 'no' });
    host.startFailure = null;
    await assert.rejects(ask(), { message: 'no' });
    assert.equal(await bench.storedAs('hello'), 'absent');
    await assertNothingHeld();
  });

  it('works with the upload of its own name only, and once', async () => {
    const blob = await bench.upload('other');
    assert.equal(await failureCode(bench.createFrom(blob, 'hello')), 'BLOB_UNKNOWN');
    await bench.createFrom(blob, 'other');
    await bench.destroy('other');
    assert.equal(await failureCode(bench.createFrom(blob, 'other')), 'BLOB_UNKNOWN');
  });
});

describe('list', () => {
  const list = (name: string, after?: string) =>
    bench.parts.inventory.list({
      name: parseName(name),
      ...(after === undefined ? {} : { after: parseUnikernelName(after) }),
    });
  const namesOf = (page: ReturnType<typeof list>): readonly string[] =>
    page.unikernels.map(({ name }) => name);

  function stand(...names: readonly string[]): void {
    for (const text of names) {
      const stored = unikernelIn(runningRecord(text));
      assert.ok(stored !== null);
      bench.parts.inventory.set(new Unikernel(stored));
    }
  }

  it('shows what is at and below a path, in order, without arguments', () => {
    stand('foo:b', 'foo', 'foo:a', 'foo:bar:c', 'foobar:d', 'e');
    assert.deepEqual(namesOf(list('foo:')), ['foo:a', 'foo:b', 'foo:bar:c']);
    assert.deepEqual(namesOf(list('foo')), ['foo']);
    assert.deepEqual(namesOf(list('none')), []);
    assert.equal(namesOf(list(':')).length, 6);
    assert.ok(list(':').unikernels.every((one) => !('arguments' in one)));
  });

  it('shows page by page, and each once', () => {
    const all = Array.from(
      { length: 2 * UNIKERNELS_PER_PAGE_MAX },
      (_, index) => `u${String(index).padStart(4, '0')}`,
    );
    stand(...all);
    const first = list(':');
    assert.deepEqual(namesOf(first), all.slice(0, UNIKERNELS_PER_PAGE_MAX));
    assert.equal(first.next, all[UNIKERNELS_PER_PAGE_MAX - 1]);
    const second = list(':', first.next);
    assert.deepEqual(namesOf(second), all.slice(UNIKERNELS_PER_PAGE_MAX));
    assert.equal(second.next, null);
    // The one it went on from may be gone meanwhile.
    bench.parts.inventory.put(parseUnikernelName(first.next), null);
    assert.deepEqual(namesOf(list(':', first.next)), namesOf(second));
  });
});
