import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChainError, readChain, type ChainCertificate } from './certificate-chain.ts';
import type { WireCommand } from './command/command.ts';
import { encodeExtension } from './extension.ts';
import type { WirePolicy } from './policy.ts';
import { hex } from './testing/hex.ts';
import { MINIMAL } from './testing/minimal-config.ts';

const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };

function policy(memory: number): WirePolicy {
  return { cpuids: [0], unikernels: 1n, memory, block: null, bridges: [] };
}

function leaf(commonName: string | null, command: WireCommand = INFO): ChainCertificate {
  return { commonName, extension: encodeExtension(command) };
}

function authority(commonName: string | null, memory = 1): ChainCertificate {
  return leaf(commonName, { kind: 'policy-add', policy: policy(memory) });
}

function refuses(chain: readonly ChainCertificate[], message: string): void {
  assert.throws(
    () => readChain(chain),
    (error) => {
      assert.ok(error instanceof ChainError, String(error));
      assert.equal(error.message, message);
      return true;
    },
  );
}

describe('a chain of certificates', () => {
  it('names what its leaf is about, from the root to the leaf', () => {
    const [sub, tenant] = [authority('sub', 1), authority('Tenant', 2)];
    assert.deepEqual(readChain([leaf('Hello'), sub, tenant]), {
      name: 'tenant:sub:hello',
      command: INFO,
      policies: [
        { path: 'tenant:', policy: policy(2), certificate: tenant },
        { path: 'tenant:sub:', policy: policy(1), certificate: sub },
      ],
    });
    assert.equal(readChain([leaf('hello')]).name, 'hello');
  });

  it('is about its path with a leaf called "." or ":" or nothing', () => {
    for (const name of ['.', ':', null]) {
      assert.equal(readChain([leaf(name), authority('tenant')]).name, 'tenant:');
      assert.equal(readChain([leaf(name)]).name, ':');
    }
  });

  it('tells which certificate has which policy', () => {
    const dated = (one: ChainCertificate, notBefore: number) => ({ ...one, notBefore });
    const silent = { commonName: 'silent', extension: null };
    const { policies } = readChain([
      dated(leaf('hello'), 4),
      dated(authority('sub'), 3),
      dated(silent, 2),
      dated(authority('tenant'), 1),
    ]);
    assert.deepEqual(
      policies.map(({ path, certificate }) => [path, certificate.notBefore]),
      [
        ['tenant:', 1],
        ['tenant:sub:', 3],
      ],
    );
  });

  it('has labels with dots, which in an authority may be nothing else', () => {
    assert.equal(readChain([leaf('..'), authority('.')]).name, '.:..');
  });

  it('passes over authorities that say nothing', () => {
    const silent = { commonName: 'no label at all', extension: null };
    const { name, policies } = readChain([leaf('hello'), silent, authority('tenant'), silent]);
    assert.equal(name, 'tenant:hello');
    assert.equal(policies.length, 1);
  });

  it('without a name may ask for what needs none', () => {
    const needs: readonly WireCommand[] = [
      { kind: 'policy-add', policy: policy(1) },
      { kind: 'policy-remove' },
      { kind: 'block-add', size: 1 },
      { kind: 'block-remove' },
      { kind: 'block-set', compressed: false },
      { kind: 'block-dump', level: 0 },
    ];
    for (const command of needs)
      refuses([leaf(null, command)], `${command.kind} may not have an empty name`);
    const needsNone: readonly WireCommand[] = [
      { kind: 'policy-info' },
      { kind: 'block-info' },
      { kind: 'console-list-inactive' },
      { kind: 'stats-subscribe' },
      { kind: 'unikernel-create', config: MINIMAL },
    ];
    for (const command of needsNone) assert.equal(readChain([leaf(null, command)]).name, ':');
  });

  it('asks for nothing without a command in its leaf', () => {
    refuses([], 'no certificate was shown');
    refuses(
      [{ commonName: 'hello', extension: null }],
      'the certificate has no albatross extension',
    );
    refuses(
      [{ commonName: 'hello', extension: hex('3009020104a304b3020500') }],
      'the albatross extension is wrong: at byte 2: expected version 5, found 4, of albatross before 1.5',
    );
  });

  it('has no other commands in its authorities', () => {
    refuses(
      [leaf('hello'), leaf('tenant')],
      'an authority has the command unikernel-info; it may only add a policy',
    );
    refuses([leaf('hello'), authority(null)], 'an authority that adds a policy has no name');
  });

  it('has labels for names', () => {
    const none = 'the certificates make no name: ';
    refuses([leaf('')], `${none}a name may not be empty; the root is written ":"`);
    refuses([leaf('a:b')], 'a common name is one label; this one has a colon');
    refuses([leaf('a'), authority(':')], 'a common name is one label; this one has a colon');
    refuses([leaf('-a')], `${none}the label "-a" begins with "-"; it may not`);
    refuses(
      [leaf('é\n')],
      `${none}the label "\\u{e9}\\n" has other characters than letters, digits, "-" and "."`,
    );
    refuses(
      [leaf('a'.repeat(64))],
      `${none}the label "${'a'.repeat(64)}" has 64 characters; at most 63 are allowed`,
    );
    const deep = Array.from({ length: 4 }, () => authority('a'.repeat(60)));
    refuses([leaf('hello'), ...deep], `${none}a name has at most 200 characters, this one 244`);
  });
});
