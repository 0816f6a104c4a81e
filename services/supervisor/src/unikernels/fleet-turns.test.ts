import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, digestOf, imageOf } from '../testing/bench.ts';

const hello = parseUnikernelName('hello');

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({ host });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function untilStarting(times = 1): Promise<void> {
  await eventually('it is being started', () => host.starts.length >= times);
}

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

describe('an exited unikernel', () => {
  const [first, second] = [imageOf(1), imageOf(2)];
  beforeEach(async () => {
    await bench.create('hello', { image: first, memoryMib: 100 });
    host.end(hello, { kind: 'status', status: 3 });
    await bench.settled();
    assert.equal(bench.stateOf('hello'), 'exited');
  });

  it('holds no memory, and is replaced by the next of its name', async () => {
    await bench.create('hello', { image: second, memoryMib: 100 });
    assert.deepEqual(await bench.imageFiles(), [digestOf(second)]);
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['running', 'run']);
    assert.equal(host.starts.at(-1)?.uid, 700_000);
  });

  it('comes back when the one that was to replace it cannot be started', async () => {
    host.startFailure = new Error('no');
    await assert.rejects(bench.create('hello', { image: second, memoryMib: 100 }));
    assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['exited', 'ended']);
    assert.deepEqual(await bench.imageFiles(), [digestOf(first)]);
    assert.deepEqual(bench.parts.inventory.show(hello).exit, { kind: 'status', status: 3 });
    await bench.destroy('hello');
    host.startFailure = null;
    await assertNothingHeld();
  });

  it('may be replaced by one from the same image', async () => {
    await bench.create('hello', { image: first });
    await bench.settled();
    assert.deepEqual(await bench.imageFiles(), [digestOf(first)]);
    await bench.destroy('hello');
    await assertNothingHeld();
  });

  it('can be destroyed', async () => {
    await bench.destroy('hello');
    assert.equal(await failureCode(bench.destroy('hello')), 'UNIKERNEL_NOT_FOUND');
    await assertNothingHeld();
  });

  it('is destroyed and made again at the same time, and then the new one runs', async () => {
    const destroying = bench.destroy('hello');
    await bench.create('hello', { image: second });
    await destroying;
    await bench.look();
    assert.deepEqual([bench.stateOf('hello'), host.running()], ['running', ['hello']]);
    assert.deepEqual(await bench.imageFiles(), [digestOf(second)]);
    await bench.destroy('hello');
    await assertNothingHeld();
  });

  it('is destroyed for good, although its replacement fails at the same time', async () => {
    host.startFailure = new Error('no');
    const blob = await bench.upload('hello', second);
    const destroying = bench.destroy('hello');
    await assert.rejects(bench.createFrom(blob, 'hello'));
    await destroying;
    assert.equal(bench.stateOf('hello'), 'absent');
    host.startFailure = null;
    await assertNothingHeld();
  });
});

describe('destroy', () => {
  it('ends the tender, waits for that, and keeps the outcome only', async () => {
    await bench.create('hello');
    await bench.destroy('hello', 'request-2');
    assert.deepEqual(host.signals, [{ unikernel: 'hello', signal: 'SIGTERM' }]);
    assert.equal(await bench.storedAs('hello'), 'gone');
    await bench.destroy('hello', 'request-2');
    await assertNothingHeld();
  });

  it('waits for a create of the same name, and then destroys what that made', async () => {
    const gate = deferred();
    host.startGate = gate.promise;
    const creating = bench.create('hello');
    await untilStarting();
    const destroying = bench.destroy('hello');
    gate.resolve();
    assert.equal((await creating).state, 'running');
    await destroying;
    await assertNothingHeld();
  });

  it('waits for a create of the same name, and finds nothing when that failed', async () => {
    const image = imageOf(1);
    await bench.create('sharer', { image, memoryMib: 1 });
    const gate = deferred();
    host.startGate = gate.promise;
    const creating = bench.create('hello', { image });
    await untilStarting(2);
    const destroying = failureCode(bench.destroy('hello'));
    host.startFailure = new Error('no');
    gate.resolve();
    await assert.rejects(creating, { message: 'no' });
    assert.equal(await destroying, 'UNIKERNEL_NOT_FOUND');
    // The image of the one that runs must not have gone with it.
    assert.deepEqual(await bench.imageFiles(), [digestOf(image)]);
    host.startFailure = null;
    await bench.destroy('sharer');
    await assertNothingHeld();
  });

  it('twice at the same time: the first does it, the second finds nothing', async () => {
    await bench.create('hello');
    const both = [bench.destroy('hello'), failureCode(bench.destroy('hello'))] as const;
    await both[0];
    assert.equal(await both[1], 'UNIKERNEL_NOT_FOUND');
    assert.equal(host.signals.length, 1);
    await assertNothingHeld();
  });

  it('and a create of the same name at once lead to the new one', async () => {
    await bench.create('hello', { image: imageOf(1) });
    const blob = await bench.upload('hello', imageOf(2));
    const destroying = bench.destroy('hello');
    await bench.createFrom(blob, 'hello');
    await destroying;
    await bench.look();
    assert.deepEqual(host.running(), ['hello']);
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(2))]);
  });

  it('of one unikernel leaves others with the same image alone', async () => {
    const image = imageOf(1);
    await bench.create('one', { image });
    await bench.create('two', { image });
    await bench.destroy('one');
    await bench.settled();
    assert.deepEqual([host.running(), await bench.imageFiles()], [['two'], [digestOf(image)]]);
    await bench.destroy('two');
    await assertNothingHeld();
  });

  it('works when the image can no longer be removed', async () => {
    await bench.create('hello');
    await rm(join(bench.state, 'images'), { recursive: true });
    await bench.destroy('hello');
    assert.equal(bench.stateOf('hello'), 'absent');
  });
});
