import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INTEGER_MAX } from './der/reader.ts';
import { policyOf, wirePolicyOf } from './our-policy.ts';
import { policy } from './testing/arbitrary-config.ts';

const OURS = { unikernels: 4, memoryMib: 256, cpus: [0, 1], blockMib: 10, bridges: ['service'] };

describe('a policy of the wire', () => {
  it('is the same as ours, and back', () => {
    const written = wirePolicyOf(OURS);
    assert.deepEqual(written, {
      unikernels: 4n,
      memory: 256,
      cpuids: [0, 1],
      block: 10,
      bridges: ['service'],
    });
    assert.deepEqual(policyOf(written), OURS);
    assert.equal(wirePolicyOf({ ...OURS, blockMib: null }).block, null);
  });

  it('of any number of unikernels has the greatest there is', () => {
    const unlimited = { ...OURS, unikernels: POLICY_UNIKERNELS_MAX };
    assert.equal(wirePolicyOf(unlimited).unikernels, INTEGER_MAX);
    assert.deepEqual(policyOf(wirePolicyOf(unlimited)), unlimited);
  });

  it('that ours cannot be is not made one that can', () => {
    assert.equal(
      policyOf({ ...wirePolicyOf(OURS), unikernels: -(2n ** 62n) }).unikernels,
      -(2 ** 62),
    );
    assert.equal(policyOf({ ...wirePolicyOf(OURS), memory: -1 }).memoryMib, -1);
  });

  it('keeps whatever else it says', () => {
    fc.assert(
      fc.property(policy, (written) => {
        const { unikernels: _, ...rest } = wirePolicyOf(policyOf(written));
        const { unikernels: __, ...original } = written;
        assert.deepEqual(rest, original);
      }),
    );
  });

  it('has lists in their order', () => {
    const { cpuids, bridges } = wirePolicyOf({ ...OURS, cpus: [1, 0], bridges: ['b', 'a', 'b'] });
    assert.deepEqual(
      [cpuids, bridges],
      [
        [0, 1],
        ['a', 'b'],
      ],
    );
  });
});
