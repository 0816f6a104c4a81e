import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseName } from '../domain/name.ts';
import { policy as example } from '../domain/testing/policies.ts';
import { isFailureCode } from './failures.ts';
import {
  addPolicy,
  assertPolicies,
  listPolicies,
  POLICIES_PER_ASSERT_MAX,
  policyEntry,
  removePolicy,
} from './policy.ts';
import { requestSubject, type RequestContract } from './request.ts';

const least = { id: 'request-1', name: 'foo:', policy: example() };

function refusedWith(contract: RequestContract, body: unknown): readonly string[] {
  const issues = contract.body.safeParse(body).error?.issues ?? [];
  return issues.map((issue) => {
    const code: unknown = issue.code === 'custom' ? issue.params?.['failure'] : undefined;
    return isFailureCode(code) ? code : 'REQUEST_INVALID';
  });
}

describe('a request about policies', () => {
  it('is addressed by the labels of the path, for a policy is given from above', () => {
    const subject = (contract: RequestContract, name: string): string =>
      requestSubject(contract, 'admin', parseName(name));
    assert.equal(subject(addPolicy, 'foo:a.b:'), 'albatross.v1.cmd.admin.policy.add.foo.a_b');
    assert.equal(subject(removePolicy, 'foo:'), 'albatross.v1.cmd.admin.policy.remove.foo');
    assert.equal(subject(listPolicies, ':'), 'albatross.v1.cmd.admin.policy.info.:');
    assert.equal(subject(assertPolicies, ':'), 'albatross.v1.cmd.admin.policy.assert.:');
  });

  it('is about paths, never about a unikernel of the same labels', () => {
    for (const contract of [listPolicies, addPolicy, removePolicy, assertPolicies]) {
      const codes = refusedWith(contract, { ...least, name: 'foo' });
      assert.ok(codes.includes('NAME_INVALID'), contract.verb);
    }
    assert.deepEqual(listPolicies.body.parse({ name: ':Foo:' }), { name: 'foo:' });
  });

  it('with numbers that cannot be meant is POLICY_INVALID', () => {
    for (const amount of [-1, 0, 0.5, NaN, 2 ** 53, 2n ** 60n, '1', undefined]) {
      const policy = { ...example(), unikernels: amount };
      assert.deepEqual(refusedWith(addPolicy, { ...least, policy }), ['POLICY_INVALID']);
      const policies = [{ path: 'foo:', policy, setAt: 1 }];
      const body = { id: 'request-1', name: ':', policies };
      assert.deepEqual(refusedWith(assertPolicies, body), ['POLICY_INVALID']);
    }
    const policy = { ...example(), colour: 'red' };
    assert.deepEqual(refusedWith(addPolicy, { ...least, policy }), ['REQUEST_INVALID']);
    assert.deepEqual(refusedWith(addPolicy, { ...least, policy: null }), ['REQUEST_INVALID']);
  });

  it('with a time that is none is refused', () => {
    for (const setAt of [-1, 0.5, NaN, 'now', 2 ** 53]) {
      assert.deepEqual(refusedWith(addPolicy, { ...least, setAt }), ['REQUEST_INVALID']);
    }
  });
});

describe('policies of a chain', () => {
  const one = { path: 'foo:', policy: example(), setAt: 1 };
  const body = (policies: readonly unknown[], name = ':') => ({ id: 'request-1', name, policies });

  it('are one to sixteen, of different paths, and none of the root', () => {
    const chain = Array.from({ length: POLICIES_PER_ASSERT_MAX + 1 }, (_, index) => ({
      ...one,
      path: 'a:'.repeat(index + 1),
    }));
    assert.deepEqual(refusedWith(assertPolicies, body(chain.slice(1))), []);
    for (const policies of [[], chain, [one, { ...one, path: ':Foo:' }], [{ ...one, path: ':' }]]) {
      assert.deepEqual(refusedWith(assertPolicies, body(policies)), ['REQUEST_INVALID']);
    }
  });

  it('are always asserted at the root', () => {
    assert.deepEqual(refusedWith(assertPolicies, body([one], 'foo:')), ['REQUEST_INVALID']);
  });
});

it('a reply shows the policy of a machine whatever it has, or has not', () => {
  const nothing = {
    unikernels: Number.MAX_SAFE_INTEGER,
    memoryMib: 0,
    cpus: [],
    blockMib: 0,
    bridges: [],
  };
  const entry = {
    path: ':',
    policy: nothing,
    usage: { unikernels: 0, memoryMib: 0, blockMib: 0 },
    setAt: null,
    isMachine: true,
  };
  assert.deepEqual(policyEntry.parse(entry), entry);
});
