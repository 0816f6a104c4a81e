import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { ROOT } from './name.ts';
import { conflictOf } from './policy-change.ts';
import { describeConflict } from './policy-conflict.ts';
import type { Holdings, Policies, Policy } from './policy.ts';
import { block, path, policies, policy, share } from './testing/policies.ts';

const NOTHING: Holdings = { unikernels: [], blocks: [] };

/** Why the policies may not be changed so; null when they may. */
function why(
  all: Policies,
  changes: Readonly<Record<string, Partial<Policy>>>,
  holdings = NOTHING,
): string | null {
  const entries = Object.entries(changes).map(([text, one]) => [path(text), policy(one)] as const);
  const conflict = conflictOf(all, holdings, new Map(entries));
  return conflict === null ? null : describeConflict(conflict);
}

describe('a policy', () => {
  it('allows no more than any above it', () => {
    const all = policies({ 'foo:': { unikernels: 2, memoryMib: 64, blockMib: 10 } });
    const small = { unikernels: 2, memoryMib: 64, blockMib: 10 };
    assert.equal(why(all, { 'foo:bar:': small }), null);
    assert.equal(
      why(all, { 'foo:bar:': { ...small, unikernels: 5 } }),
      'the policy of foo:bar: would allow 5 unikernels, but that of foo: above it allows 2 unikernels',
    );
    assert.equal(
      why(all, { 'foo:x:bar:': { ...small, memoryMib: 65 } }),
      'the policy of foo:x:bar: would allow 65 MiB of memory, but that of foo: above it allows 64 MiB of memory',
    );
    assert.equal(
      why(all, { 'foo:bar:': { ...small, blockMib: 11 } }),
      'the policy of foo:bar: would allow 11 MiB of block storage, but that of foo: above it allows 10 MiB of block storage',
    );
  });

  it('allows no CPU, no bridge and no block storage where one above it allows none', () => {
    const all = policies({ 'foo:': { cpus: [0, 1], bridges: [], blockMib: null } });
    const small = { cpus: [1], bridges: [], blockMib: null };
    assert.equal(why(all, { 'foo:bar:': small }), null);
    assert.equal(
      why(all, { 'foo:bar:': { ...small, cpus: [1, 2, 3] } }),
      'the policy of foo:bar: would allow the CPUs 2-3, but that of foo: above it allows only the CPUs 0-1',
    );
    assert.equal(
      why(all, { 'foo:bar:': { ...small, bridges: ['br0'] } }),
      'the policy of foo:bar: would allow the bridge br0, but that of foo: above it allows no bridges',
    );
    assert.match(
      why(all, { 'foo:bar:': { ...small, blockMib: 1 } }) ?? '',
      /allows no block storage/,
    );
  });

  it('may allow more than the root, which counts what is used, and others beside it', () => {
    const all = policies({
      ':': { memoryMib: 10 },
      'a:': { memoryMib: 20 },
      'bar:': { memoryMib: 1 },
    });
    assert.equal(why(all, { 'b:': { memoryMib: 1000 }, 'ba:': { memoryMib: 1000 } }), null);
  });

  it('allows no less than any below it', () => {
    const all = policies({ 'foo:bar:': { unikernels: 5, bridges: ['br1'] } });
    assert.equal(
      why(all, { 'foo:': { unikernels: 2 } }),
      'the policy of foo: would allow 2 unikernels, but that of foo:bar: below it allows 5 unikernels',
    );
    assert.equal(
      why(all, { ':': { bridges: ['br0'] } }),
      'the policy of : would allow only the bridge br0, but that of foo:bar: below it allows the bridge br1',
    );
  });

  it('allows no less than what is used at and below it', () => {
    const holdings = {
      unikernels: [
        share('foo:a', 32, { cpus: [1], bridges: ['br1'] }),
        share('foo:b:c', 32),
        share('bar', 999),
      ],
      blocks: [block('foo:disk', 8)],
    };
    const tight: Partial<Policy> = {
      unikernels: 2,
      memoryMib: 64,
      cpus: [0, 1],
      bridges: ['br1'],
      blockMib: 8,
    };
    const all = policies({});
    assert.equal(why(all, { 'foo:': tight }, holdings), null);
    const lowered = (limits: Partial<Policy>): string | null =>
      why(all, { 'foo:': { ...tight, ...limits } }, holdings);
    assert.equal(
      lowered({ unikernels: 1 }),
      'the policy of foo: would allow 1 unikernel, but 2 are used at and below it',
    );
    assert.equal(
      lowered({ memoryMib: 63 }),
      'the policy of foo: would allow 63 MiB of memory, but 64 MiB are used at and below it',
    );
    assert.equal(
      lowered({ blockMib: null }),
      'the policy of foo: would allow no block storage, but 8 MiB are used at and below it',
    );
    assert.equal(
      lowered({ cpus: [1] }),
      'the policy of foo: would allow only the CPU 1, but 0 is used at and below it',
    );
    assert.equal(
      lowered({ bridges: [] }),
      'the policy of foo: would allow no bridges, but br1 is used at and below it',
    );
  });
});

describe('policies that are changed together', () => {
  it('are held against each other, and not against what they replace', () => {
    const all = policies({ 'foo:': { unikernels: 2 }, 'foo:bar:': { unikernels: 2 } });
    assert.equal(why(all, { 'foo:': { unikernels: 9 }, 'foo:bar:': { unikernels: 9 } }), null);
    assert.equal(why(all, { 'foo:': { unikernels: 1 }, 'foo:bar:': { unikernels: 1 } }), null);
    assert.match(
      why(all, { 'foo:': { unikernels: 1 }, 'foo:bar:': { unikernels: 2 } }) ?? '',
      /^the policy of foo: would allow 1 unikernel, but that of foo:bar: below it allows 2/,
    );
  });

  it('leave every policy below no larger than any above it but the root, and the use within', () => {
    const paths = fc.constantFrom('a:', 'a:b:', 'a:b:c:', 'd:', 'd:e:', ':');
    const limits = fc.record({ unikernels: fc.nat(4), memoryMib: fc.nat(4) });
    const changes = fc.array(fc.dictionary(paths, limits, { minKeys: 1, maxKeys: 3 }));
    const held = fc.array(fc.constantFrom('a:x', 'a:b:y', 'd:e:z'), { maxLength: 3 });
    fc.assert(
      fc.property(changes, held, (changes, names) => {
        const holdings = { unikernels: names.map((name) => share(name, 1)), blocks: [] };
        let all = new Map<ReturnType<typeof path>, Policy>();
        for (const change of changes) {
          if (why(all, change, holdings) !== null) continue;
          const set = Object.entries(change).map(
            ([text, one]) => [path(text), policy(one)] as const,
          );
          all = new Map([...all, ...set]);
        }
        for (const [upper, { unikernels }] of all) {
          const lower = [...all].filter(([one]) => upper !== ROOT && one.startsWith(upper));
          for (const [, policy] of lower) assert.ok(policy.unikernels <= unikernels);
          const used = names.filter((name) => upper === ROOT || name.startsWith(upper));
          assert.ok(used.length <= unikernels);
        }
      }),
    );
  });
});
