import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sparkline } from './sparkline.ts';

const blocks = { isUnicode: true };

describe('a sparkline', () => {
  it('is as high as one CPU', () => {
    assert.equal(sparkline([0, 1 / 7, 0.5, 6 / 7, 1], 5, blocks), '▁▂▅▇█');
  });

  it('is as high as the most there was, when that is more', () => {
    assert.equal(sparkline([0, 1, 2, 4], 4, blocks), '▁▃▅█');
  });

  it('has the newest at the right, and begins where nothing older is known', () => {
    assert.equal(sparkline([0, 1], 4, blocks), '  ▁█');
    assert.equal(sparkline([0, 1, 0], 2, blocks), '█▁');
    assert.equal(sparkline([0, 1, 0], 0, blocks), '');
  });

  it('is blank where nothing was measured', () => {
    assert.equal(sparkline([0, null, 1], 3, blocks), '▁ █');
  });

  it('is of plain characters where there are no others', () => {
    assert.equal(sparkline([0, 0.5, 1], 3, { isUnicode: false }), '.+@');
  });
});
