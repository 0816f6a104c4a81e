import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare } from './comparison.ts';
import type { BenchResult } from './result.ts';
import { fixtureResult, fixtureRow } from './testing/fixture-result.ts';

type Rows = BenchResult['rows'];

const once = (median: number) => ({ runs: 1, median, p99: null });
const timed = (median: number, changes: Partial<Rows[number]> = {}): Rows[number] =>
  fixtureRow('creates/first-byte', {
    figure: once(median),
    limit: { what: 'bare', figure: once(10) },
    ...changes,
  });

function failuresOf(was: Rows, is: Rows, only: readonly string[] | null = null): readonly string[] {
  return textsOf('failure', was, is, only);
}

function textsOf(
  wanted: 'failure' | 'note',
  was: Rows,
  is: Rows,
  only: readonly string[] | null = null,
): readonly string[] {
  const findings = compare(fixtureResult({ rows: was }), fixtureResult({ rows: is }), only);
  return findings.filter(({ kind }) => kind === wanted).map(({ text }) => text);
}

describe('what is compared with the baseline', () => {
  it('fails where the ratio is twice as bad, and not below', () => {
    assert.deepEqual(failuresOf([timed(20)], [timed(39.9)]), []);
    assert.deepEqual(failuresOf([timed(20)], [timed(40)]), [
      'creates/first-byte is 2.00 times as bad: 4.00 × its limit, and was 2.00 ×',
    ]);
    assert.deepEqual(failuresOf([timed(20)], [timed(1)]), []);
  });

  it('goes the other way for rates', () => {
    const rate = (median: number) => timed(median, { unit: '/s' });
    assert.deepEqual(failuresOf([rate(8)], [rate(4.1)]), []);
    assert.equal(failuresOf([rate(8)], [rate(4)]).length, 1);
    assert.equal(failuresOf([rate(8)], [rate(0)]).length, 1);
    assert.deepEqual(failuresOf([rate(8)], [rate(80)]), []);
  });

  it('is the ratio, not the figure: a slower machine is slow at both', () => {
    const limit = { what: 'bare', figure: once(100) };
    assert.deepEqual(failuresOf([timed(20)], [timed(200, { limit })]), []);
  });

  it('leaves out a row without limit, and says so', () => {
    const bare = timed(20, { limit: null });
    const worse = timed(2000, { limit: null });
    assert.deepEqual(failuresOf([bare], [worse]), []);
    assert.match(textsOf('note', [bare], [worse]).join('\n'), /first-byte has no limit/);
  });

  it('is the figure itself of memory, which no machine changes', () => {
    const memory = (median: number) => timed(median, { limit: null, unit: 'MiB' });
    assert.deepEqual(failuresOf([memory(20)], [memory(39)]), []);
    assert.deepEqual(failuresOf([memory(20)], [memory(40)]), [
      'creates/first-byte is 2.00 times as much: 40.0 MiB, and was 20.0',
    ]);
  });

  it('fails for a row that is missing, with what was said of it', () => {
    assert.match(failuresOf([timed(20)], []).join('\n'), /was not measured: nobody says why/);
    const absent = [{ key: timed(1).key, what: 'a', why: 'no gcc', who: 'ours' as const }];
    const now = fixtureResult({ absent });
    const [finding] = compare(fixtureResult({ rows: [timed(20)] }), now, null);
    assert.equal(finding?.kind, 'failure');
    assert.match(finding.text, /no gcc/);
  });

  it('looks only at groups that were asked for', () => {
    assert.deepEqual(failuresOf([timed(20)], [], ['memory']), []);
    assert.equal(failuresOf([timed(20)], [], ['creates']).length, 1);
  });

  it('misses nothing of the original where nothing of it was measured', () => {
    const theirs = timed(20, { who: 'original' });
    assert.deepEqual(failuresOf([theirs], []), []);
    assert.match(textsOf('note', [theirs], []).join('\n'), /original was not measured/);
    const worse = timed(40, { who: 'original' });
    assert.match(failuresOf([timed(20), theirs], [timed(20), worse])[0] ?? '', /of the original/);
  });

  it('tells of new rows and of another machine', () => {
    assert.match(textsOf('note', [], [timed(1)]).join('\n'), /first-byte is new/);
    const { machine } = fixtureResult();
    const other = fixtureResult({ machine: { ...machine, cpus: 64 } });
    assert.match(compare(other, fixtureResult(), null)[0]?.text ?? '', /another machine: 64/);
  });

  it('is nothing that was measured in a hurry', () => {
    const quick = fixtureResult({ isQuick: true });
    assert.throws(() => compare(quick, fixtureResult(), null), /--quick/);
    assert.throws(() => compare(fixtureResult(), quick, null), /--quick/);
  });
});
