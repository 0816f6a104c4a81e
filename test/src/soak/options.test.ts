import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from './options.ts';

describe('the options of the soak', () => {
  it('are minutes, and what goes with them', () => {
    const standing = { seed: 1, isReal: false, isInside: false };
    assert.deepEqual(readOptions(['3']), { seconds: 180, ...standing });
    assert.deepEqual(readOptions(['60', '--seed', '7', '--real-tenders']), {
      ...standing,
      seconds: 3600,
      seed: 7,
      isReal: true,
    });
    assert.deepEqual(readOptions(['--seconds', '15']), { seconds: 15, ...standing });
    assert.equal(readOptions(['--help']), null);
  });

  it('are refused with what is wrong about them', () => {
    for (const args of [[], ['0'], ['1441'], ['x'], ['1', '2'], ['1', '--seconds', '3']])
      assert.throws(() => readOptions(args), /minutes|MINUTES/, args.join(' '));
    assert.throws(() => readOptions(['1', '--seed', '-1']), /seed/);
    assert.throws(() => readOptions(['1', '--nonsense']), /nonsense/);
  });
});
