import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hasEnded, parseProcessStat } from './process-stat.ts';

/** Each field of numbers is its own number. */
const fields = (state: string): string =>
  [state, ...Array.from({ length: 49 }, (_, index) => String(index + 4))].join(' ');

describe('parseProcessStat', () => {
  it('reads a line of the kernel', () => {
    const stat = parseProcessStat(readFileSync('/proc/self/stat', 'latin1'));
    assert.ok(stat !== null && stat.threads > 1 && stat.rssPages > 1000 && stat.startTicks > 0);
    assert.equal(hasEnded(stat), false);
  });

  it('counts fields from behind the command, whatever that is', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 63 }),
        fc.constantFrom('R', 'S', 'D', 'Z', 'T', 't', 'X', 'I'),
        (comm, state) => {
          assert.deepEqual(parseProcessStat(`17 (${comm}) ${fields(state)}\n`), {
            state,
            minorFaults: 10,
            majorFaults: 12,
            utimeTicks: 14,
            stimeTicks: 15,
            threads: 20,
            startTicks: 22,
            vsizeBytes: 23,
            rssPages: 24,
            swaps: 36,
          });
        },
      ),
    );
  });

  it('is null, or counts, for whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const stat = parseProcessStat(`1 (a) S ${text}`);
        assert.ok(stat === null || Number.isSafeInteger(stat.swaps));
      }),
    );
  });

  const whole = fields('S');
  for (const text of [
    '',
    '\n',
    '17',
    '17 (sh',
    '17 (sh) S 1',
    `17 (sh) ${whole.replace(' 22 ', ' x ')}`,
    `17 (sh) ${whole.replace(' 14 ', ' -14 ')}`,
  ]) {
    it(`is null for ${JSON.stringify(text.slice(0, 20))}…`, () =>
      assert.equal(parseProcessStat(text), null));
  }
});

describe('a process has ended', () => {
  it('when no thread of it is left', () => {
    const stat = parseProcessStat(`17 (sh) ${fields('Z')}`) ?? assert.fail();
    assert.equal(hasEnded({ ...stat, threads: 1 }), true);
    assert.equal(hasEnded({ ...stat, threads: 2 }), false);
    assert.equal(hasEnded({ ...stat, state: 'X' }), true);
    assert.equal(hasEnded({ ...stat, state: 'T', threads: 1 }), false);
  });
});
