import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CPU_MAX } from './device.ts';
import {
  POLICY_BRIDGES_MAX,
  POLICY_MIB_MAX,
  POLICY_UNIKERNELS_MAX,
  PolicyError,
  readPolicy,
  whyUnusable,
} from './read-policy.ts';
import { policy } from './testing/policies.ts';

type Written = Parameters<typeof readPolicy>[0];

function whyNot(limits: Partial<Written>): string {
  try {
    readPolicy({ ...policy(), ...limits });
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error.message;
  }
  return assert.fail(`${JSON.stringify(limits, (_, one: unknown) => String(one))} was taken`);
}

/** What memory of a JavaScript or msgpack program can hold in the place of a whole number. */
const ABSURD = [
  -1,
  -17_592_186_044_384,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  2n,
  '2',
  true,
  {},
  [2],
];

describe('a policy that is read', () => {
  it('is as it was written, with its lists sorted, and each item once', () => {
    const written = { ...policy(), cpus: [3, 0, 3, 1], bridges: ['br1', 'br0', 'br1'] };
    assert.deepEqual(readPolicy(written), {
      ...policy(),
      cpus: [0, 1, 3],
      bridges: ['br0', 'br1'],
    });
  });

  it('may allow from 1 to more than any machine has', () => {
    const most = {
      unikernels: POLICY_UNIKERNELS_MAX,
      memoryMib: POLICY_MIB_MAX,
      blockMib: POLICY_MIB_MAX,
    };
    assert.deepEqual(readPolicy({ ...policy(), ...most }), { ...policy(), ...most });
    const least = { unikernels: 1, memoryMib: 1, blockMib: 1, cpus: [CPU_MAX], bridges: [] };
    assert.deepEqual(readPolicy({ ...policy(), ...least }), { ...policy(), ...least });
  });

  it('never holds an amount that is negative, no whole number, or beyond counting', () => {
    for (const amount of [...ABSURD, undefined]) {
      assert.match(
        whyNot({ unikernels: amount }),
        /^unikernels of a policy is a whole number from 1 /,
      );
      assert.match(
        whyNot({ memoryMib: amount }),
        /^memoryMib of a policy is a whole number from 1 /,
      );
      assert.match(whyNot({ blockMib: amount }), /, or null for none; /);
    }
    for (const amount of [0, -0, null]) {
      whyNot({ unikernels: amount });
      whyNot({ memoryMib: amount });
    }
    whyNot({ unikernels: POLICY_UNIKERNELS_MAX + 1 });
    whyNot({ memoryMib: POLICY_MIB_MAX + 1 });
    whyNot({ blockMib: POLICY_MIB_MAX + 1 });
  });

  it('with a block storage of 0 allows none', () => {
    for (const none of [0, -0, null]) {
      assert.equal(readPolicy({ ...policy(), blockMib: none }).blockMib, null);
    }
  });

  it('names at least one CPU, and only such as can be', () => {
    for (const cpu of [...ABSURD, CPU_MAX + 1, null]) {
      assert.match(whyNot({ cpus: [0, cpu] }), / is none$/);
    }
    assert.match(whyNot({ cpus: [] }), /at least one CPU.*; this one has 0$/);
    for (const list of [undefined, null, 0, '0', { 0: 0, length: 1 }]) whyNot({ cpus: list });
    whyNot({ cpus: Array.from({ length: CPU_MAX + 2 }, () => 0) });
  });

  it('names bridges as Linux calls them, and not too many', () => {
    const names = [
      '',
      'x'.repeat(16),
      'br 0',
      'br0\n',
      '../br0',
      '-br0',
      'br0;reboot',
      'ü',
      7,
      null,
    ];
    for (const name of names) assert.match(whyNot({ bridges: ['br0', name] }), / is none$/);
    for (const list of [undefined, null, 'br0']) whyNot({ bridges: list });
    const many = Array.from({ length: POLICY_BRIDGES_MAX + 1 }, (_, index) => `br${index}`);
    assert.match(whyNot({ bridges: many }), /; this one has 257$/);
    assert.equal(readPolicy({ ...policy(), bridges: many.slice(1) }).bridges.length, 256);
  });

  it('is refused in a message that shows what was wrong, and stays short', () => {
    assert.equal(
      whyNot({ unikernels: -1 }),
      'unikernels of a policy is a whole number from 1 to 2147483647; -1 is not',
    );
    assert.ok(whyNot({ bridges: ['x'.repeat(100_000)] }).length < 250);
    assert.ok(whyNot({ memoryMib: 10n ** 5000n }).length < 250);
  });
});

it('clients make no policy with 16 MiB of memory or less, as the original does not', () => {
  assert.match(whyUnusable({ memoryMib: 16 }) ?? '', /16 MiB of memory is too small/);
  assert.equal(whyUnusable({ memoryMib: 17 }), null);
});
