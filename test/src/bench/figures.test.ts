import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figureOf, onlyOnce } from './figures.ts';

describe('the figure of what was measured again and again', () => {
  it('is the median, and what all but a hundredth do not exceed', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    assert.deepEqual(figureOf(values), { runs: 200, median: 100, p99: 198 });
  });

  it('says nothing of the worst hundredth of a few', () => {
    assert.deepEqual(figureOf([3, 1, 2]), { runs: 3, median: 2, p99: null });
    assert.deepEqual(onlyOnce(7), { runs: 1, median: 7, p99: null });
  });

  it('is none where nothing was measured', () => {
    assert.throws(() => figureOf([]), RangeError);
  });
});
