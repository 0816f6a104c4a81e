import { Failure } from '@albatross/shared/contracts/failures';
import { parseName, ROOT, type Name } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askedWith, commonNameOf, shownName } from './certificate-names.ts';

const INFO = { kind: 'unikernel-info', form: 'newest' } as const;
const DESTROY = { kind: 'unikernel-destroy' } as const;
const POLICY = { unikernels: 1n, memory: 32, cpuids: [0], block: null, bridges: [] };
const ADD = { kind: 'policy-add', policy: POLICY } as const;

describe('the common name of a certificate', () => {
  it('is the label of what it is about, or a point for the path', () => {
    assert.equal(commonNameOf({ name: parseName('hello'), command: INFO }), 'hello');
    assert.equal(commonNameOf({ name: ROOT, command: INFO }), '.');
    assert.equal(commonNameOf({ name: parseName('.:'), command: INFO }), '.');
    assert.equal(commonNameOf({ name: parseName('tenant:'), command: ADD }), 'tenant');
    assert.equal(commonNameOf({ name: ROOT, command: { kind: 'policy-info' } }), '.');
  });

  it('has no path, which is what the certificates above it say', () => {
    for (const [name, command, message] of [
      ['foo:hello', INFO, /instead of "foo:hello" give "hello" alone, and sign with/],
      ['foo:', INFO, /instead of "foo:" leave it out, and sign with/],
      ['foo:bar:', ADD, /instead of "foo:bar:" give "bar" alone, and sign with/],
      [':', ADD, /the policy of the root is set on the host itself only/],
    ] as const)
      assert.throws(() => commonNameOf({ name: parseName(name), command }), saying(message));
  });

  it('is a point for nothing that is called so', () => {
    for (const [name, command] of [
      ['.', DESTROY],
      ['foo:.', DESTROY],
      ['.', INFO],
      ['.:', ADD],
    ] as const)
      assert.throws(
        () => commonNameOf({ name: parseName(name), command }),
        saying(/"\." is the path of the certificates, and no name/),
      );
  });
});

it('what a server tells of one is shown as it was asked for, of several in full', () => {
  const shown = (asked: Name, told: string): string => shownName(asked, parseName(told));
  assert.equal(shown(askedWith(parseName('tenant:hello')), 'tenant:hello'), 'hello');
  assert.equal(shown(askedWith(parseName('tenant:')), 'sub:hello'), 'sub:hello');
  assert.equal(shown(parseName('hello'), 'tenant:other'), 'tenant:other');
});

function saying(message: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Failure && error.code === 'USAGE_INVALID' && message.test(error.message);
}
