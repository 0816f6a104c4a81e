import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  collectBridge,
  collectCpu,
  policyOf,
  readPath,
  readPolicyBlock,
  readPolicyMemory,
  readUnikernels,
} from './policy-arguments.ts';

function refuses(code: string, read: (text: string) => unknown, texts: readonly string[]): void {
  for (const text of texts) {
    assert.throws(
      () => read(text),
      (error) => error instanceof Failure && error.code === code,
      `${JSON.stringify(text)} is not refused as it should be`,
    );
  }
}

describe('a path on the command line', () => {
  it('may lack the colon at its end, for nothing else can be meant', () => {
    for (const text of ['foo:bar', 'foo:bar:', ':Foo:bar', ':foo:bar:']) {
      assert.equal(readPath(text), 'foo:bar:');
    }
    assert.equal(readPath(':'), ':');
  });

  it('is never empty: a forgotten variable must not mean the root', () => {
    refuses('NAME_INVALID', readPath, ['', '::', 'a b', 'a::b', '-x', 'x'.repeat(64)]);
  });
});

describe('a limit on the command line', () => {
  it('is a whole number of at least 1, and not absurd', () => {
    assert.equal(readUnikernels('16'), 16);
    const wrong = ['', '0', '-1', '1.5', '1e3', '0x10', ' 1', '١', '2147483648', '9'.repeat(400)];
    refuses('POLICY_INVALID', readUnikernels, wrong);
    refuses('POLICY_INVALID', readPolicyMemory, [...wrong.slice(0, -2), '1099511627777']);
    refuses('POLICY_INVALID', readPolicyBlock, ['', '-1', '1.5', '10M', '1099511627777']);
    assert.equal(readPolicyBlock('0'), 0);
  });

  it('of memory is more than 16 MiB, as in the original', () => {
    assert.equal(readPolicyMemory('17'), 17);
    refuses('POLICY_INVALID', readPolicyMemory, ['16', '1']);
  });

  it('of CPUs and bridges may be given several times', () => {
    assert.deepEqual(collectCpu('1', collectCpu('4095', undefined)), [4095, 1]);
    refuses('POLICY_INVALID', (text) => collectCpu(text, []), ['', '-1', '4096', '0-3', 'all']);
    assert.deepEqual(collectBridge('br1', collectBridge('br0', undefined)), ['br0', 'br1']);
    const wrong = ['', 'br 0', '../x', '-x', 'x'.repeat(16)];
    refuses('POLICY_INVALID', (text) => collectBridge(text, []), wrong);
  });
});

describe('a policy from the command line', () => {
  const flags = { mem: 512 };

  it('is the first CPU, no block storage and no bridge unless it is said', () => {
    assert.deepEqual(policyOf(3, flags), {
      unikernels: 3,
      memoryMib: 512,
      cpus: [0],
      blockMib: null,
      bridges: [],
    });
  });

  it('takes the block storage and the bridges under either of their names', () => {
    assert.equal(policyOf(3, { ...flags, size: 7 }).blockMib, 7);
    assert.equal(policyOf(3, { ...flags, block: 7 }).blockMib, 7);
    const { bridges } = policyOf(3, { ...flags, bridge: ['b'], network: ['a'] });
    assert.deepEqual(bridges, ['a', 'b']);
  });
});
