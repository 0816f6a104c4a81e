import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as deviceField from './device-fields.ts';
import { fault } from './testing/fault.ts';

describe('memory in a message', () => {
  it('is a whole number of MiB', () => {
    for (const value of [1, 32, Number.MAX_SAFE_INTEGER]) {
      assert.equal(deviceField.memoryMib.parse(value), value);
    }
  });

  it('that is anything else is MEMORY_INVALID, told with the number that was given', () => {
    for (const value of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, 32n, '32', null, true, [32]]) {
      assert.equal(fault(deviceField.memoryMib, value)?.failure, 'MEMORY_INVALID', String(value));
    }
    assert.match(fault(deviceField.memoryMib, -1)?.message ?? '', /at least 1; -1 is not/);
  });
});
