import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('is full at first, is emptied by use and filled by time, up to its burst', () => {
    const bucket = new TokenBucket({ perS: 10, burst: 30 }, 5_000);
    assert.equal(bucket.level(5_000), 30);
    bucket.take(25);
    assert.equal(bucket.level(5_000), 5);
    assert.equal(bucket.isFull(6_000), false);
    assert.equal(bucket.level(6_000), 15);
    assert.equal(bucket.level(60_000), 30);
    assert.ok(bucket.isFull(60_000));
  });

  it('takes back first what was taken of it and not there', () => {
    const bucket = new TokenBucket({ perS: 10, burst: 10 }, 0);
    bucket.take(30);
    assert.equal(bucket.level(1_000), -10);
    assert.equal(bucket.level(2_000), 0);
  });

  it('gives nothing for a clock that goes back', () => {
    const bucket = new TokenBucket({ perS: 10, burst: 10 }, 10_000);
    bucket.take(10);
    assert.equal(bucket.level(0), 0);
    assert.equal(bucket.level(10_500), 5);
  });

  it('never gives more than its burst and what time brought', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 50 })));
    const property = fc.property(steps, (steps) => {
      const allowance = { perS: 7, burst: 20 };
      const bucket = new TokenBucket(allowance, 0);
      let [now, taken] = [0, 0];
      for (const [later, wanted] of steps) {
        now += later;
        const given = Math.max(0, Math.min(wanted, Math.floor(bucket.level(now))));
        bucket.take(given);
        taken += given;
        assert.ok(taken <= allowance.burst + (now / 1000) * allowance.perS + 1e-6);
      }
    });
    fc.assert(property);
  });
});
