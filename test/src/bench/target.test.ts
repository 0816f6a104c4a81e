import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundText, isSensible, judge, judgeRow, type Bound } from './target.ts';
import { fixtureResult, fixtureRow } from './testing/fixture-result.ts';

const KEY = 'creates/first-byte';
const target = (bound: Bound) => ({ key: KEY, what: 'a create', bound });
const row = fixtureRow(KEY);
const rate = fixtureRow(KEY, { unit: '/s' });

describe('a target', () => {
  it('is met at its bound, and missed by what is beyond it', () => {
    const cases: readonly (readonly [Bound, typeof row, unknown])[] = [
      [{ kind: 'value', of: 'median', is: 'at most', value: 10 }, row, null],
      [{ kind: 'value', of: 'median', is: 'at most', value: 9 }, row, '1.00 ms too much'],
      [{ kind: 'value', of: 'p99', is: 'at most', value: 15 }, row, '5.00 ms too much'],
      [{ kind: 'value', of: 'median', is: 'at least', value: 10 }, rate, null],
      [{ kind: 'value', of: 'median', is: 'at least', value: 150 }, rate, '140/s too little'],
      [{ kind: 'ratio', is: 'at most', value: 2.5 }, row, null],
      [{ kind: 'ratio', is: 'at most', value: 2 }, row, '0.500 × too much'],
      [{ kind: 'ratio', is: 'at least', value: 3 }, rate, '0.500 × too little'],
      [{ kind: 'beyond limit', value: 6 }, row, null],
      [{ kind: 'beyond limit', value: 5.5 }, row, '0.500 ms too much'],
    ];
    for (const [bound, one, by] of cases) {
      const verdict = judgeRow(target(bound), one);
      assert.equal(verdict.kind, by === null ? 'met' : 'missed', JSON.stringify(bound));
      if (verdict.kind === 'missed') assert.equal(verdict.by, by);
    }
  });

  it('is unknown where its row was not measured, has no limit, or too few runs', () => {
    const limit = target({ kind: 'beyond limit', value: 1 });
    assert.deepEqual(judge(limit, fixtureResult()), {
      kind: 'unknown',
      why: 'its group was not asked for, or failed',
    });
    const absent = [{ key: KEY, what: 'a create', why: 'no gcc', who: 'ours' as const }];
    assert.deepEqual(judge(limit, fixtureResult({ absent })), { kind: 'unknown', why: 'no gcc' });
    assert.equal(judgeRow(limit, { ...row, limit: null }).kind, 'unknown');
    const p99 = target({ kind: 'value', of: 'p99', is: 'at most', value: 1 });
    const few = { ...row, figure: { runs: 3, median: 1, p99: null } };
    assert.equal(judgeRow(p99, few).kind, 'unknown');
  });

  it('is judged by our row, though the original has one with the same key', () => {
    const rows = [fixtureRow(KEY, { who: 'original' }), { ...row, what: 'ours' }];
    const bound: Bound = { kind: 'value', of: 'median', is: 'at most', value: 10 };
    rows[0] = { ...row, who: 'original', figure: { runs: 1, median: 99, p99: null } };
    assert.equal(judge(target(bound), fixtureResult({ rows })).kind, 'met');
  });

  it('says what it wants', () => {
    const bounds: readonly Bound[] = [
      { kind: 'ratio', is: 'at least', value: 0.5 },
      { kind: 'value', of: 'p99', is: 'at most', value: 5 },
      { kind: 'beyond limit', value: 8 },
    ];
    assert.deepEqual(
      bounds.map((bound) => boundText(bound, 'ms')),
      ['at least 0.500 × its limit', 'p99 at most 5.00 ms', 'at most 8.00 ms more than its limit'],
    );
  });

  it('is no good in the direction that is none for the unit', () => {
    const least = target({ kind: 'ratio', is: 'at least', value: 0.5 });
    assert.equal(isSensible(least, '/s'), true);
    assert.equal(isSensible(least, 'ms'), false);
    assert.equal(isSensible(target({ kind: 'beyond limit', value: 8 }), '/s'), false);
  });
});
