import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { table, warningsOf } from './table.ts';
import type { Target } from './target.ts';
import { fixtureResult, fixtureRow } from './testing/fixture-result.ts';

const targets: readonly Target[] = [
  { key: 'creates/a', what: 'a', bound: { kind: 'beyond limit', value: 8 } },
  { key: 'creates/a', what: 'a', bound: { kind: 'value', of: 'p99', is: 'at most', value: 15 } },
];

describe('the table for terminals', () => {
  it('has each group, ours above the original, what is absent, and what it was measured on', () => {
    const result = fixtureResult({
      rows: [
        fixtureRow('creates/a', { who: 'original', limit: null }),
        fixtureRow('memory/b', {
          unit: 'MiB',
          limit: null,
          figure: { runs: 1, median: 1234.5, p99: null },
        }),
        fixtureRow('creates/a'),
      ],
      absent: [{ key: 'creates/c', what: 'with hvt', why: 'no /dev/kvm', who: 'ours' }],
    });
    assert.equal(table(result, targets), EXPECTED);
  });

  it('warns when the figures mean little', () => {
    const { machine } = fixtureResult();
    assert.deepEqual(warningsOf(fixtureResult()), []);
    const poor = fixtureResult({ isQuick: true, machine: { ...machine, stolen: 0.125 } });
    const [quick = '', stolen = ''] = warningsOf(poor);
    assert.match(quick, /--quick/);
    assert.match(stolen, /^12\.5 % of the machine/);
    assert.match(table(poor, []), /\nWARNING: --quick.*\nWARNING: 12\.5 %.*$/);
  });

  it('goes on below where a row has many words, with the figures at their end', () => {
    const what = Array.from({ length: 20 }, (_, n) => `word${n}`).join(' ');
    const result = fixtureResult({ rows: [fixtureRow('creates/a', { what, limit: null })] });
    const [, first = '', second = '', third = ''] = table(result, []).split('\n');
    assert.match(first, /^ {2}word0 [a-z\d ]+$/);
    assert.match(second, /^ {4}word/);
    assert.match(third, /^ {4}word\d+( word\d+)* +10\.0 ms +20\.0 ms$/);
    assert.ok([first, second].every((line) => line.length <= 64));
  });

  it('is not disturbed by a run without figures', () => {
    assert.match(table(fixtureResult(), targets), /^2 × A CPU/);
  });
});

const EXPECTED = `creates                                 median      p99  bare limit  ratio  target
  what creates/a is                    10.0 ms  20.0 ms     4.00 ms   2.50  met: at most 8.00 ms more than its limit; MISSED: p99 at most 15.0 ms, is 20.0 ms
      limit: the same without us
    the original: what creates/a is    10.0 ms  20.0 ms
  with hvt: absent, no /dev/kvm

memory                                  median      p99  bare limit  ratio  target
  what memory/b is                   1,235 MiB

2 × A CPU @ 2.00GHz, 7936 MiB, Debian GNU/Linux 12 (bookworm), Linux 6.1.0, 0.1 % stolen
node: v20.20.2; nats-server: nats-server: v2.9.10
npm run bench, 2026-02-03T04:05:06.789Z, 61 s`;
