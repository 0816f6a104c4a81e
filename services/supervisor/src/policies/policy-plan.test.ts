import { Failure } from '@albatross/shared/contracts/failures';
import { path, policy } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredPolicy } from '@albatross/shared/contracts/stored-policies';
import { planSetting, POLICIES_BELOW_MAX, POLICIES_MAX } from './policy-plan.ts';

const NOW = 1000;
const situation = { holdings: () => ({ unikernels: [], blocks: [] }), now: NOW };

function stored(paths: readonly string[]): Map<ReturnType<typeof path>, StoredPolicy> {
  return new Map(paths.map((text) => [path(text), { policy: policy(), setAt: 0 }] as const));
}

function limitWhenAdding(paths: readonly string[], ...added: readonly string[]): unknown {
  const wishes = added.map((text) => ({ path: path(text), policy: policy(), setAt: null }));
  try {
    planSetting(stored(paths), wishes, situation);
    return null;
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'POLICY_CONFLICT', String(error));
    return error.details['path'];
  }
}

const numbered = (count: number, prefix = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}p${index}:`);

describe('the number of policies', () => {
  it('below a path is limited, so that nobody fills the share of those beside them', () => {
    const full = numbered(POLICIES_BELOW_MAX, 'foo:');
    assert.equal(limitWhenAdding(full.slice(1), 'foo:new:'), null);
    assert.equal(limitWhenAdding(full, 'foo:new:'), 'foo:');
    assert.equal(limitWhenAdding(full, 'foo:p1:deeper:'), 'foo:');
    assert.equal(limitWhenAdding(full, 'foo:'), null);
    assert.equal(limitWhenAdding(full, 'bar:new:'), null);
    assert.equal(limitWhenAdding(full.slice(1), 'foo:new:', 'foo:new:new:'), 'foo:');
  });

  it('is limited in all', () => {
    const full = numbered(POLICIES_MAX);
    assert.equal(limitWhenAdding(full.slice(1), 'new:'), null);
    assert.equal(limitWhenAdding(full, 'new:'), ':');
    assert.equal(limitWhenAdding(full, ':'), null);
  });

  it('does not keep those that are there from being replaced', () => {
    const full = numbered(POLICIES_BELOW_MAX, 'foo:');
    const [first = ''] = full;
    const wish = { path: path(first), policy: policy({ unikernels: 1 }), setAt: null };
    assert.deepEqual(planSetting(stored(full), [wish], situation).altered, [first]);
  });
});
