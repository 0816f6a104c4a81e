import { failureCode } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, imageOf } from '../testing/bench.ts';

const IMAGE = imageOf(1, [{ name: 'service', kind: 'net' }]);
const MAC = '02:00:00:00:00:2a';

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100 });
  host.policy = { ...host.policy, bridges: ['br0', 'br1'] };
  bench = await Bench.start({ host });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function create(name: string, bridge: string, force = false): Promise<void> {
  const nets = [{ name: 'service', bridge, mac: MAC }];
  await bench.create(name, { image: IMAGE, nets, memoryMib: 10, force });
}

describe('two guests with one address (W16)', () => {
  it('are not at the same bridge, and the refusal says what to do', async () => {
    await create('a', 'br0');
    await assert.rejects(create('b', 'br0'), {
      code: 'DEVICE_INVALID',
      message: /address of a at/,
    });
    assert.deepEqual([host.running(), bench.stateOf('b')], [['a'], 'absent']);
  });

  it('may be at different bridges, or one after the other', async () => {
    await create('a', 'br0');
    await create('b', 'br1');
    await bench.destroy('a');
    await create('c', 'br0');
  });

  it('are not one that is replaced by itself', async () => {
    await create('a', 'br0');
    await create('a', 'br0', true);
    assert.equal(await failureCode(create('b', 'br0')), 'DEVICE_INVALID');
  });
});
