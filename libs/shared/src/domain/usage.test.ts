import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { ROOT } from './name.ts';
import { pathAmongFew } from './testing/arbitrary-name.ts';
import { block, path, share } from './testing/policies.ts';
import { amountsByPath, NOTHING_USED, usageOf } from './usage.ts';

const holdings = {
  unikernels: [
    share('a:x', 10, { cpus: [0, 2], bridges: ['br1'] }),
    share('a:b:y', 20, { cpus: [1, 2], bridges: ['br0', 'br1'] }),
    share('z', 40, { cpus: [9] }),
  ],
  blocks: [block('a:disk', 5), block('b:disk', 7)],
};

it('the usage of a path is that of everything at and below it', () => {
  assert.deepEqual(usageOf(path('a:'), holdings), {
    unikernels: 2,
    memoryMib: 30,
    blockMib: 5,
    cpus: [0, 1, 2],
    bridges: ['br0', 'br1'],
  });
  assert.equal(usageOf(ROOT, holdings).memoryMib, 70);
  assert.deepEqual(usageOf(path('nobody:'), holdings), { ...NOTHING_USED, cpus: [], bridges: [] });
});

it('the amounts of all paths at once are those of each', () => {
  const all = amountsByPath(holdings);
  fc.assert(
    fc.property(pathAmongFew, (path) => {
      const { cpus: _, bridges: __, ...amounts } = usageOf(path, holdings);
      assert.deepEqual(all.get(path) ?? NOTHING_USED, amounts);
    }),
  );
});
