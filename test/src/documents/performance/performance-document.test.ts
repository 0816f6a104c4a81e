import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readResult } from '../../bench/read-result.ts';
import { REASONS } from '../../bench/reasons.ts';
import type { Target } from '../../bench/target.ts';
import { TARGETS } from '../../bench/targets.ts';
import { fixtureResult, fixtureRow } from '../../bench/testing/fixture-result.ts';
import { documentPath, readDocument } from '../read-document.ts';
import { BASELINE } from './baseline-file.ts';
import { renderPerformance } from './performance-document.ts';

describe('docs/performance.md', () => {
  it('is what the committed result comes to; otherwise run "npm run docs:performance"', async () => {
    assert.ok(existsSync(BASELINE), `${BASELINE} is not there yet: it is made of a quiet run`);
    const { page, plots } = renderPerformance(await readResult(BASELINE), TARGETS, REASONS);
    assert.equal(readDocument('performance.md'), page);
    const folder = documentPath('performance');
    assert.deepEqual(readdirSync(folder).toSorted(), [...plots.keys()].toSorted());
    for (const [name, svg] of plots) assert.equal(readFileSync(join(folder, name), 'utf8'), svg);
  });

  it('has reasons for targets only', () => {
    const keys = TARGETS.map(({ key }) => key);
    assert.deepEqual(
      Object.keys(REASONS).filter((key) => !keys.includes(key)),
      [],
    );
  });
});

const KEY = 'creates/first-byte';
const TARGET: Target = {
  key: KEY,
  what: 'a create to its first byte',
  bound: { kind: 'beyond limit', value: 8 },
};
const RESULT = fixtureResult({
  rows: [
    fixtureRow(KEY),
    fixtureRow(KEY, { who: 'original', limit: null }),
    fixtureRow('memory/idle', { unit: 'MiB', limit: null, what: 'a | b' }),
  ],
  absent: [{ key: 'creates/hvt', what: 'with hvt', why: 'there is no /dev/kvm', who: 'ours' }],
  series: [{ key: 'memory/all', what: 'all', unit: 'MiB', points: [{ unikernels: 10, value: 5 }] }],
});

describe('the page of a result', () => {
  it('has the machine, the versions, and a command for each group', () => {
    const { page } = renderPerformance(RESULT, [], {});
    assert.match(page, /\| processors \| 2 × A CPU @ 2\.00GHz \|/);
    assert.match(page, /\| nats-server \| nats-server: v2\.9\.10 \|/);
    assert.match(page, /\| date \| 2026-02-03 \|/);
    assert.match(page, /### creates\n\n`npm run bench -- --only creates`/);
    assert.match(page, /### memory\n\n`npm run bench -- --only memory`/);
  });

  it('has each row with its limit, the original below ours, and what is absent', () => {
    const { page } = renderPerformance(RESULT, [], {});
    const rows = page.split('\n').filter((line) => line.includes('creates/first-byte'));
    assert.deepEqual(rows, [
      '| what creates/first-byte is | 10.0 ms | 20.0 ms | 4.00 ms (the same without us) | 2.50 | 100 |',
      '| the original: what creates/first-byte is | 10.0 ms | 20.0 ms |  |  | 100 |',
    ]);
    assert.match(page, /- Not measured: with hvt: there is no \/dev\/kvm\./);
    assert.match(page, /\| a \\\| b \|/);
  });

  it('says which targets are met', () => {
    const { page } = renderPerformance(RESULT, [TARGET], {});
    assert.match(page, /1 of 1 are met\./);
    assert.match(page, /first byte \| at most 8\.00 ms more than its limit \| 6\.00 ms, met \|/);
    assert.doesNotMatch(page, /Missed/);
  });

  it('says of those missed by how much and why, and is none without a reason', () => {
    const hard = { ...TARGET, bound: { kind: 'beyond limit', value: 1 } } as const;
    const { page } = renderPerformance(RESULT, [hard], { [KEY]: 'the disk is slow.' });
    assert.match(page, /0 of 1 are met\./);
    assert.match(page, /\*\*a create to its first byte\*\*, 5\.00 ms too much: the disk is slow/);
    assert.throws(() => renderPerformance(RESULT, [hard], {}), /does not say why: creates\/first/);
  });

  it('says of what could not be measured why', () => {
    const { page } = renderPerformance(RESULT, [{ ...TARGET, key: 'creates/hvt' }], {});
    assert.match(page, /not measured: there is no \/dev\/kvm/);
  });

  it('shows its plots', () => {
    const { page, plots } = renderPerformance(RESULT, [], {});
    assert.match(page, /!\[memory, MiB\]\(performance\/memory\.svg\)/);
    assert.deepEqual([...plots.keys()], ['memory.svg']);
  });

  it('is none of figures that mean nothing, and says when the machine was shared', () => {
    assert.throws(() => renderPerformance({ ...RESULT, isQuick: true }, [], {}), /--quick/);
    const machine = { ...RESULT.machine, stolen: 0.2 };
    assert.match(renderPerformance({ ...RESULT, machine }, [], {}).page, /\*\*20\.0 % of the/);
  });
});
