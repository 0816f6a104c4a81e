import { parseName, type PathName } from '@albatross/shared/domain/name';
import type { ChainRequest, WireCommand, WirePolicy } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, INFO, policyAdd } from '../testing/certificate-desk.ts';
import { ruleRefusal } from './gateway-rules.ts';
import { knownFailure } from './supervisor-rules.ts';

const pki = await import('@albatross/pki');

function reasonOf(name: string, command: WireCommand): string | null {
  return ruleRefusal(parseName(name), command)?.reason ?? null;
}

describe('over TLS', () => {
  it('nobody sets or removes policies, or has others sampled', () => {
    for (const command of [
      policyAdd(),
      { kind: 'policy-remove' },
      { kind: 'console-add', unikernels: 1n },
      { kind: 'stats-add', vmmDevice: '', pid: 1, taps: [] },
      { kind: 'stats-remove' },
      { kind: 'stats-initial' },
    ] as const)
      assert.equal(reasonOf('foo:hello', command), 'command', command.kind);
    for (const kind of ['policy-info', 'stats-subscribe', 'block-info'] as const)
      for (const name of ['foo:', 'foo:hello']) assert.equal(reasonOf(name, { kind }), null);
  });

  it('what is about one name has a label, and what is about a path has none', () => {
    for (const command of [
      create(32),
      { kind: 'unikernel-restart', args: null },
      { kind: 'unikernel-destroy' },
      { kind: 'unikernel-get', level: 0 },
      { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } },
      { kind: 'block-add', size: 1 },
      { kind: 'block-remove' },
      { kind: 'block-set', compressed: false },
      { kind: 'block-dump', level: 9 },
    ] as const) {
      assert.equal(reasonOf('foo:', command), 'name', command.kind);
      assert.equal(reasonOf('foo:hello', command), null, command.kind);
    }
    assert.equal(reasonOf('foo:hello', { kind: 'console-list-inactive' }), 'name');
    assert.equal(reasonOf('foo:', { kind: 'console-list-inactive' }), null);
    assert.equal(reasonOf('foo:', INFO), null);
  });

  it('numbers that the original suffers from are refused', () => {
    for (const level of [-1, 10])
      for (const kind of ['unikernel-get', 'block-dump', 'block-old-dump'] as const)
        assert.equal(reasonOf('hello', { kind, level }), 'number', kind);
    const from = { kind: 'count', lines: -1n } as const;
    assert.equal(reasonOf('hello', { kind: 'console-subscribe', from }), 'number');
    assert.equal(reasonOf('hello', { kind: 'block-add', size: 0 }), 'number');
  });
});

describe('a server that trusts a chain', () => {
  const policyOf = (limits: Partial<WirePolicy> = {}): WirePolicy => {
    const command = policyAdd(limits);
    assert.ok(command.kind === 'policy-add');
    return command.policy;
  };
  const asked = (
    command: WireCommand,
    policies: Readonly<Record<string, WirePolicy>> = {},
  ): ChainRequest => ({
    name: parseName('tenant:sub:hello'),
    command,
    policies: Object.entries(policies).map(([path, policy]) => {
      return { path: parseName(path) as PathName, policy };
    }),
  });
  const failureOf = (request: ChainRequest): string | null => {
    const failure = knownFailure(pki, request);
    return failure === null ? null : `${failure.by} ${failure.reason}`;
  };

  it('takes no policy that is larger than one above it, whatever is asked for', () => {
    const growing = { 'tenant:': policyOf(), 'tenant:sub:': policyOf({ memory: 1025 }) };
    assert.equal(failureOf(asked(INFO, growing)), 'policies POLICY_CONFLICT');
    // For who only listens none are set.
    assert.equal(failureOf(asked({ kind: 'stats-subscribe' }, growing)), null);
    const shrinking = { 'tenant:': policyOf(), 'tenant:sub:': policyOf({ memory: 1023 }) };
    assert.equal(failureOf(asked(INFO, shrinking)), null);
    const none = { 'tenant:': policyOf({ unikernels: 0n }) };
    assert.equal(failureOf(asked(INFO, none)), 'policies POLICY_INVALID');
  });

  it('makes no unikernel that does not fit the policies, or cannot be', () => {
    const policies = { 'tenant:': policyOf(), 'tenant:sub:': policyOf({ memory: 64 }) };
    assert.equal(failureOf(asked(create(64), policies)), null);
    assert.equal(failureOf(asked(create(65), policies)), 'policies POLICY_EXCEEDED');
    assert.equal(failureOf(asked(create(-5), policies)), 'policies MEMORY_INVALID');
    const whole = create(32);
    assert.ok(whole.kind === 'unikernel-create');
    const of = (changes: Partial<typeof whole.config>): string | null =>
      failureOf(asked({ ...whole, config: { ...whole.config, ...changes } }));
    assert.equal(of({}), null);
    assert.equal(of({ typ: 'bhyve' }), 'supervisor HYPERVISOR_UNSUPPORTED');
    assert.equal(of({ vcpus: 2 }), null);
    assert.equal(of({ cpuids: [] }), 'supervisor CPUS_INVALID');
  });
});
