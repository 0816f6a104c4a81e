import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { amount, digits } from './amount.ts';

describe('a figure for people', () => {
  it('has three digits that count, and all before the point', () => {
    const values = [0, 0.01234, 0.5, 1.236, 12.36, 123.6, 1236, 1_234_567, -12.36, 99.96];
    assert.deepEqual(values.map(digits), [
      '0',
      '0.012',
      '0.500',
      '1.24',
      '12.4',
      '124',
      '1,236',
      '1,234,567',
      '-12.4',
      '100.0',
    ]);
  });

  it('has its unit behind it', () => {
    assert.equal(amount(1.5, 'ms'), '1.50 ms');
    assert.equal(amount(12_345, '/s'), '12,345/s');
  });
});
