import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeClock, type ClockSigns } from './clock.ts';

const SIGNS: ClockSigns = { now: Date.UTC(2027, 0, 1), isSetByTimesyncd: false, chrony: null };
const chrony = (leap: string): ClockSigns => ({
  ...SIGNS,
  chrony: { kind: 'said', text: `Reference ID    : 0\nLeap status     : ${leap}\n` },
});

describe('the finding about the clock', () => {
  it('is well when somebody says that it is synchronised', () => {
    assert.equal(judgeClock({ ...SIGNS, isSetByTimesyncd: true }).level, 'ok');
    assert.equal(judgeClock(chrony('Normal')).level, 'ok');
  });

  it('warns when chrony says that it is not', () => {
    assert.equal(judgeClock(chrony('Not synchronised')).text, 'chrony has not synchronised it');
  });

  it('says that it is unknown when nobody tells', () => {
    assert.match(judgeClock(SIGNS).text, /^unknown: /);
    assert.match(
      judgeClock({ ...SIGNS, chrony: { kind: 'silent', why: 'failed' } }).text,
      /^unknown: /,
    );
  });

  it('fails for a clock that was never set, whatever anybody says', () => {
    assert.equal(judgeClock({ ...SIGNS, now: 0, isSetByTimesyncd: true }).level, 'fail');
  });
});
