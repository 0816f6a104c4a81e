import assert from 'node:assert/strict';
import { it } from 'node:test';
import { admitBlock, admitUnikernel } from './admission.ts';
import { describeExcess } from './excess.ts';
import { ROOT, type PathName } from './name.ts';
import type { Policies, Share } from './policy.ts';
import { block, path, policies, share } from './testing/policies.ts';

function refusal(
  all: Policies,
  held: readonly Share[],
  requested: Share,
  visible: PathName = ROOT,
): string {
  const excess = admitUnikernel([all], held, requested, visible);
  assert.ok(excess !== null);
  return describeExcess(excess);
}

it('a refusal says which policy, what it allows, what is used and by whom', () => {
  assert.equal(
    refusal(
      policies({ 'foo:': { unikernels: 2 } }),
      [share('foo:a'), share('foo:b')],
      share('foo:c'),
    ),
    'the policy of foo: allows 2 unikernels; 2 are used (foo:a, foo:b) and 1 more was requested',
  );
  assert.equal(
    refusal(policies({ ':': { memoryMib: 64 } }), [share('a', 16), share('b', 32)], share('c', 17)),
    'the policy of : allows 64 MiB of memory; 48 MiB are used (32 by b, 16 by a) and 17 MiB more were requested',
  );
});

it('a refusal counts those it does not name', () => {
  const held = [share('foo:a', 8), share('bar:x', 16), share('bar:y', 32)];
  assert.equal(
    refusal(policies({ ':': { unikernels: 3 } }), held, share('foo:b'), path('foo:')),
    'the policy of : allows 3 unikernels; 3 are used (foo:a, 2 others) and 1 more was requested',
  );
  assert.equal(
    refusal(policies({ ':': { memoryMib: 60 } }), held, share('new:b', 8), path('new:')),
    'the policy of : allows 60 MiB of memory; 56 MiB are used (56 by others) and 8 MiB more were requested',
  );
});

it('a refusal where nothing is used says only what is allowed', () => {
  assert.equal(
    refusal(policies({ 'foo:': { memoryMib: 16 } }), [], share('foo:a', 32)),
    'the policy of foo: allows 16 MiB of memory; 32 MiB were requested',
  );
  const excess = admitBlock(
    [policies({ 'foo:': { blockMib: null } })],
    [],
    block('foo:a', 7),
    ROOT,
  );
  assert.ok(excess !== null);
  assert.equal(
    describeExcess(excess),
    'the policy of foo: allows no block storage; 7 MiB were requested',
  );
});

it('a refusal of CPUs or bridges says which, and which would do unless that is a secret', () => {
  const all = policies({ 'foo:': { cpus: [0, 1, 2], bridges: [] } });
  assert.equal(
    refusal(all, [], share('foo:a', 1, { cpus: [2, 3] })),
    'the policy of foo: allows the CPUs 0-2; 3 was requested',
  );
  assert.equal(
    refusal(all, [], share('foo:a', 1, { bridges: ['br0', 'br1'] })),
    'the policy of foo: allows no bridges; br0, br1 were requested',
  );
  assert.equal(
    refusal(
      policies({ ':': { bridges: ['other'] } }),
      [],
      share('foo:a', 1, { bridges: ['br9'] }),
      path('foo:'),
    ),
    'the policy of : does not allow the bridge br9',
  );
});
