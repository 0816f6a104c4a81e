import { parseName, type PathName } from '@albatross/shared/domain/name';
import type { WirePolicy } from '@albatross/wire';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { it } from 'node:test';
import { checkAgainstPolicies, readPolicies } from './embedded-policy.ts';
import { IssueError } from './issue-error.ts';

const path = (text: string): PathName => parseName(text) as PathName;

const policies = fc.record({
  cpuids: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }),
  unikernels: fc.bigInt(1n, 4n),
  memory: fc.integer({ min: 17, max: 20 }),
  block: fc.option(fc.integer({ min: 0, max: 3 })),
  bridges: fc.uniqueArray(fc.constantFrom('a', 'b')),
});

/** The original's order, in one expression. */
function isWithin(lower: WirePolicy, upper: WirePolicy): boolean {
  return (
    lower.unikernels <= upper.unikernels &&
    lower.memory <= upper.memory &&
    lower.cpuids.every((cpu) => upper.cpuids.includes(cpu)) &&
    lower.bridges.every((bridge) => upper.bridges.includes(bridge)) &&
    (lower.block ?? 0) <= (upper.block ?? 0)
  );
}

it('a policy is signed exactly when it allows no more than each above it', () => {
  fc.assert(
    fc.property(policies, policies, policies, (first, second, wanted) => {
      const above = readPolicies([
        { path: path('a:'), policy: first },
        { path: path('a:b:'), policy: second },
      ]);
      const command = { kind: 'policy-add', policy: wanted } as const;
      const check = (): void => checkAgainstPolicies(above, path('a:b:c:'), command);
      if (isWithin(wanted, first) && isWithin(wanted, second)) check();
      else
        assert.throws(check, (error) => {
          assert.ok(error instanceof IssueError);
          return error.code === 'POLICY_CONFLICT';
        });
    }),
    { numRuns: 1000 },
  );
});

it('whatever somebody asks for is signed or refused in a line', () => {
  const numbers = fc.oneof(fc.integer(), fc.constantFrom(-1, 0, 2 ** 53 - 1));
  const anything = fc.record({
    cpuids: fc.array(numbers),
    unikernels: fc.bigInt(-(2n ** 62n), 2n ** 62n - 1n),
    memory: numbers,
    block: fc.option(numbers),
    bridges: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(anything, (policy) => {
      try {
        checkAgainstPolicies(new Map(), path('a:'), { kind: 'policy-add', policy });
      } catch (error) {
        assert.ok(error instanceof IssueError);
        assert.match(error.message, /^\P{Cc}+$/u);
      }
    }),
  );
});
