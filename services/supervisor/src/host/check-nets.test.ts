import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNets, type NetMachine } from './check-nets.ts';

const ROOT = 'CapPrm:\t000001ffffffffff\n';
const ORDINARY = 'CapPrm:\t0000000000000000\n';
const machineOf = (bridges: readonly string[], status = ROOT): NetMachine => {
  return { changesUser: true, bridges: () => bridges, status };
};
const netsOf = (...bridges: readonly string[]) =>
  bridges.map((bridge, n) => ({ name: `net${n}`, bridge, mac: null }));

function failureOf(check: () => void): Failure {
  try {
    check();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a unikernel with network devices', () => {
  it('is told which bridges are missing, which there are, and how to make them', () => {
    const nets = netsOf('br0', 'service', 'nope', 'nope');
    const failure = failureOf(() => checkNets(nets, machineOf(['br0', 'br1'])));
    assert.equal(failure.code, 'BRIDGE_NOT_FOUND');
    assert.match(
      failure.message,
      /no bridge service, nope; it has br0, br1; .*ip link add service/,
    );
    assert.deepEqual(failure.details, { missing: ['service', 'nope'], there: ['br0', 'br1'] });
  });

  it('is told so where there is no bridge at all', () => {
    const failure = failureOf(() => checkNets(netsOf('br0'), machineOf([])));
    assert.match(failure.message, /no bridge br0; it has none/);
  });

  it('cannot be had under an ordinary user', () => {
    const failure = failureOf(() => checkNets(netsOf('br0'), machineOf(['br0'], ORDINARY)));
    assert.equal(failure.code, 'NETWORK_FAILED');
    assert.match(failure.message, /start it as root/);
  });
});

it('a unikernel without asks nothing of the machine', () => {
  checkNets([], machineOf([], ORDINARY));
});
