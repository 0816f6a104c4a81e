import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import type { FakeHost } from '../host/fake-host.ts';
import type { Bench } from '../testing/bench.ts';
import { endGround, snapshot, startGround, type Ground } from '../testing/refusal-trial.ts';
import { STANDINGS } from '../testing/standings.ts';

const hello = parseUnikernelName('hello');

let ground: Ground;
let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ host, bench } = ground);
});
afterEach(async () => await endGround(ground));

const unikernel = () => bench.parts.inventory.get(hello);

for (const standing of ['stopped', 'exited', 'backing-off'] as const) {
  it(`a start of what is ${standing} is a new life of the same, which holds what it held`, async () => {
    await STANDINGS[standing](ground);
    assert.equal((await bench.startOne('hello')).state, 'running');
    const [first, second] = host.starts;
    assert.deepEqual(second?.config, first?.config);
    assert.equal(second?.uid, first?.uid);
    assert.ok((second?.life.number ?? 0) > (first?.life.number ?? 0));
    assert.deepEqual([await bench.storedAs('hello'), bench.userOf('data')], ['run', 'hello']);
    assert.equal(bench.parts.inventory.shares().length, 1);
  });

  it(`a start that fails leaves what is ${standing} as it was, for the next supervisor too`, async () => {
    await STANDINGS[standing](ground);
    const before = await snapshot(bench);
    const { failures } = unikernel();
    host.startFailure = new Error('no');
    await assert.rejects(bench.startOne('hello'), { message: 'no' });
    assert.deepEqual(await snapshot(bench), before);
    assert.equal(unikernel().failures, failures);
    await bench.restart();
    await eventually('it stands', () => bench.stateOf('hello') === standing);
  });
}

it('a start of what runs changes nothing', async () => {
  await STANDINGS.running(ground);
  const before = await snapshot(bench);
  await bench.startOne('hello');
  assert.deepEqual(await snapshot(bench), before);
});

it('a start of what waits for its next try forgets its failures, and that try', async () => {
  await STANDINGS['backing-off'](ground);
  assert.equal(unikernel().failures, 1);
  await bench.startOne('hello');
  assert.equal(unikernel().failures, 0);
  bench.parts.keeping.onWake(unikernel(), 0);
  await bench.look();
  assert.equal(host.starts.length, 2);
});

it('a create that fails in place of what ended while the disk was full leaves that ended', async () => {
  await bench.create('hello');
  ground.store.isFull = true;
  host.end(hello, { kind: 'status', status: 0 });
  await bench.settled();
  ground.store.isFull = false;
  host.startFailure = new Error('no');
  await assert.rejects(bench.create('hello'), { message: 'no' });
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), await bench.storedAs('hello')], ['exited', 'ended']);
  host.startFailure = null;
  await bench.restart();
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['exited', []]);
});
