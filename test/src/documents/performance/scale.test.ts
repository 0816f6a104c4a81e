import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaleFor } from './scale.ts';

describe('an axis', () => {
  it('begins at 0 where values are near each other', () => {
    const { kind, ticks, place } = scaleFor([3, 7]);
    assert.deepEqual([kind, ...ticks], ['linear', 0, 2, 4, 6, 8]);
    assert.equal(place(4), 0.5);
  });

  it('is logarithmic where they are far apart, and none of them is 0', () => {
    const { kind, ticks, place } = scaleFor([10, 2000]);
    assert.deepEqual([kind, ...ticks], ['log', 10, 20, 50, 100, 200, 500, 1000, 2000]);
    assert.equal(place(10), 0);
    assert.equal(place(2000), 1);
    assert.equal(scaleFor([0, 2000]).kind, 'linear');
  });

  it('has a tick a decade where there are many', () => {
    assert.deepEqual(scaleFor([1, 100_000]).ticks, [1, 10, 100, 1000, 10_000, 100_000]);
  });

  it('stands where there is only one value, or nothing but 0', () => {
    assert.deepEqual(scaleFor([5]).ticks, [0, 1, 2, 3, 4, 5]);
    assert.equal(scaleFor([0]).place(0), 0);
    assert.throws(() => scaleFor([]), RangeError);
  });

  it('has room for every value, and ticks that rise and are few', () => {
    const figures = [0, 1e-6, 0.3, 1, 1.5, 7, 9.99, 10, 11, 42, 99, 101, 1234, 5e4, 1e9];
    for (const least of figures)
      for (const most of figures.filter((figure) => figure >= least)) {
        const { place, ticks } = scaleFor([least, most]);
        for (const value of [least, most, ...ticks])
          assert.ok(place(value) >= -1e-9 && place(value) <= 1 + 1e-9, `${least}, ${most}`);
        assert.deepEqual(
          ticks,
          [...new Set(ticks)].toSorted((a, b) => a - b),
        );
        assert.ok(ticks.length >= 2 && ticks.length <= 17, `${least}, ${most}: ${ticks.length}`);
      }
  });
});
