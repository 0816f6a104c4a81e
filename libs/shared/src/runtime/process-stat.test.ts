import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hasEnded, parseProcessCounters, parseProcessStat } from './process-stat.ts';

const countersOf = (line: string) => parseProcessCounters(Buffer.from(line));

/** Each field of numbers is its own number. */
const fields = (state: string): string =>
  [state, ...Array.from({ length: 49 }, (_, index) => String(index + 4))].join(' ');

describe('the line of a process', () => {
  it('is read as the kernel writes it', () => {
    const stat = parseProcessCounters(readFileSync('/proc/self/stat'));
    assert.ok(stat !== null && stat.threads > 1 && stat.rssPages > 1000 && stat.startTicks > 0);
    assert.equal(stat.pid, process.pid);
    assert.equal(hasEnded(stat), false);
    const { pid, state, threads, startTicks } = stat;
    const line = readFileSync('/proc/self/stat', 'latin1');
    assert.deepEqual(parseProcessStat(line), { pid, state, threads, startTicks });
  });

  it('has its fields behind the command, whatever that is', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 63 }),
        fc.constantFrom('R', 'S', 'D', 'Z', 'T', 't', 'X', 'I'),
        (comm, state) => {
          const line = `17 (${comm}) ${fields(state)}\n`;
          const standing = { pid: 17, state, threads: 20, startTicks: 22 };
          assert.deepEqual(parseProcessStat(line), standing);
          assert.deepEqual(countersOf(line), {
            ...standing,
            minorFaults: 10,
            majorFaults: 12,
            utimeTicks: 14,
            stimeTicks: 15,
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
        const line = `1 (a) S ${text}`;
        const stat = countersOf(line);
        assert.ok(stat === null || Number.isSafeInteger(stat.swaps));
        assert.ok(stat === null || parseProcessStat(line) !== null);
      }),
    );
  });

  const whole = fields('S');
  it('tells which process it is, whatever that took', () => {
    const [line, lines] = [`17 (sh) ${whole}`, whole.split(' ')];
    const absurd = line.replace(' 23 ', ' 99999999999999999999 ').replace(' 14 ', ' -14 ');
    assert.equal(countersOf(absurd), null);
    assert.equal(parseProcessStat(absurd)?.startTicks, 22);
    assert.equal(parseProcessStat(`17 (sh) ${lines.slice(0, 20).join(' ')}`)?.startTicks, 22);
    assert.equal(parseProcessStat(`17 (sh) ${lines.slice(0, 19).join(' ')}`), null);
  });

  for (const text of [
    '',
    '\n',
    '17',
    '17 (sh',
    '17 (sh) S 1',
    `x (sh) ${whole}`,
    ` (sh) ${whole}`,
    `17 (sh) ${whole.replace(' 22 ', ' x ')}`,
    `17 (sh) ${whole.replace(' 20 ', ' -20 ')}`,
  ]) {
    it(`is none in ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(parseProcessStat(text), null);
      assert.equal(countersOf(text), null);
    });
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
