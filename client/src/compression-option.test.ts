import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSize } from './commands/create-block.ts';
import { readLevel } from './compression-option.ts';

it('a compression level is a number from 0 to 9', () => {
  assert.deepEqual(['0', '9'].map(readLevel), [0, 9]);
  for (const text of ['', '10', '-1', '1.5', 'x', '0x1', ' 1'])
    assert.throws(() => readLevel(text), { code: 'USAGE_INVALID' });
});

it('the size of a block device is a whole number of MiB', () => {
  assert.deepEqual(['1', '8589934591'].map(readSize), [1, 8_589_934_591]);
  for (const text of ['', '0', '-1', '1.5', '1G', '8589934592', '99999999999', '1e3'])
    assert.throws(() => readSize(text), { code: 'BLOCK_SIZE_INVALID' });
});
