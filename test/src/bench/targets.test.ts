import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BASELINE } from '../documents/performance/baseline-file.ts';
import { GROUPS } from './groups.ts';
import { readBaseline } from './read-result.ts';
import { isSensible } from './target.ts';
import { TARGETS } from './targets.ts';

describe('the targets', () => {
  it('are of groups that there are', () => {
    const names = GROUPS.map(({ name }) => name);
    const unknown = TARGETS.filter(({ key }) => !names.includes(key.split('/')[0] ?? ''));
    assert.deepEqual(unknown, []);
  });

  it('are of rows that a whole run has, in the direction that is good for their units', async () => {
    const { rows, absent } = await readBaseline(BASELINE);
    for (const target of TARGETS) {
      const row = rows.find(({ key, who }) => key === target.key && who === 'ours');
      const isAbsent = absent.some(({ key, who }) => key === target.key && who === 'ours');
      assert.ok(row !== undefined || isAbsent, `no group measures ${target.key}`);
      if (row !== undefined) assert.ok(isSensible(target, row.unit), target.key);
      const needsLimit = target.bound.kind !== 'value';
      if (row !== undefined && needsLimit) assert.ok(row.limit !== null, target.key);
    }
  });
});
