import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LifeRecord } from '../domain/life.ts';
import { parseLifeRecord } from './life.ts';

const RECORD: LifeRecord = {
  pid: 17,
  startTicks: 4200,
  bootId: 'boot',
  uid: 700_000,
  startedAt: 1,
  taps: [{ device: 'service', bridge: 'br0', tap: 'tap1', mac: '00:80:41:00:00:01' }],
};

describe('the record of a life', () => {
  it('is read as the supervisor writes it, a newer one too', () => {
    assert.deepEqual(parseLifeRecord(JSON.stringify(RECORD)), RECORD);
    assert.deepEqual(parseLifeRecord(JSON.stringify({ ...RECORD, news: true })), RECORD);
  });

  for (const damage of [
    { pid: 0 },
    { pid: '17' },
    { startTicks: -1 },
    { bootId: null },
    { uid: 1.5 },
    { taps: null },
    { taps: [{ device: 'service' }] },
    { taps: [null] },
  ]) {
    it(`says nothing with ${JSON.stringify(damage)}`, () =>
      assert.equal(parseLifeRecord(JSON.stringify({ ...RECORD, ...damage })), null));
  }

  it('says nothing when it is cut, or something else', () => {
    const text = JSON.stringify(RECORD);
    for (let length = 0; length < text.length; length += 1)
      assert.equal(parseLifeRecord(text.slice(0, length)), null);
    fc.assert(fc.property(fc.json(), (json) => parseLifeRecord(json) === null));
  });
});
