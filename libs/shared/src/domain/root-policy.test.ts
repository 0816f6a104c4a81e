import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rootPolicy } from './root-policy.ts';
import { policy } from './testing/policies.ts';

const machine = policy({ memoryMib: 1000, cpus: [0, 1], bridges: ['br0', 'br1'] });

it('at the root holds what the machine has, unless the operator chose otherwise', () => {
  assert.equal(rootPolicy(machine, undefined), machine);
});

it('an operator may promise more memory than there is, but no CPU or bridge that is not there', () => {
  const chosen = policy({ memoryMib: 5000, blockMib: null, cpus: [1, 2], bridges: ['br1', 'br9'] });
  assert.deepEqual(rootPolicy(machine, chosen), { ...chosen, cpus: [1], bridges: ['br1'] });
});
