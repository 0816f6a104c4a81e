import type { FailureCode } from '@albatross/shared/contracts/failures';
import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { plainUnikernel } from '../testing/plain-unikernel.ts';
import { runningTree } from '../testing/toy-tree.ts';
import type { Change } from './change.ts';
import { plan } from './plan.ts';
import type { Unikernel } from './tree.ts';

const FOO = 'foo:' as PathName;
const [WEB, OTHER, DATA] = ['foo:web', 'foo:other', 'foo:data'] as UnikernelName[];
const POLICY: Policy = { unikernels: 2, memoryMib: 64, cpus: [0], blockMib: 4, bridges: ['br0'] };

const storage = (device: string) => [{ name: 'storage', device, sectorBytes: null }];
const net = (bridge: string) => [{ name: 'service', bridge, mac: null }];
const web = plainUnikernel({ blocks: storage('data') });
const running = runningTree({
  policies: new Map([[FOO, POLICY]]),
  blocks: new Map([[DATA ?? WEB, 2]] as [UnikernelName, number][]),
  unikernels: new Map([[WEB, web]] as [UnikernelName, Unikernel][]),
});

function made(changes: Partial<Unikernel>): Change {
  return {
    kind: 'unikernel',
    name: OTHER ?? assert.fail(),
    before: null,
    after: plainUnikernel(changes),
  };
}

function policy(name: string, before: Policy | null, changes: Partial<Policy>): Change {
  return { kind: 'policy', name: name as PathName, before, after: { ...POLICY, ...changes } };
}

function block(name: string, before: number | null, after: number | null): Change {
  return { kind: 'block', name: name as UnikernelName, before, after };
}

const REFUSED: readonly (readonly [change: Change, code: FailureCode, message: RegExp])[] = [
  [
    made({ memoryMib: 33 }),
    'POLICY_EXCEEDED',
    /^unikernel foo:other: the policy of foo: allows 64 MiB/,
  ],
  [made({ cpus: [1] }), 'POLICY_EXCEEDED', /the CPU 0/],
  [made({ nets: net('br1') }), 'POLICY_EXCEEDED', /the bridge br0; br1 was requested/],
  [made({ nets: net('br9') }), 'BRIDGE_NOT_FOUND', /it has br0, br1\. Make it/],
  [
    made({ blocks: storage('none') }),
    'BLOCK_NOT_FOUND',
    /foo:none, which there is not; describe it/,
  ],
  [made({ blocks: storage('data') }), 'BLOCK_IN_USE', /foo:data is used by foo:web/],
  [policy('foo:', POLICY, { memoryMib: 31 }), 'POLICY_CONFLICT', /^policy foo: .*32 MiB/],
  [policy('foo:bar:', null, { unikernels: 3 }), 'POLICY_CONFLICT', /that of foo: above it/],
  [block('foo:data', 2, null), 'BLOCK_IN_USE', /used by foo:web/],
  [block('foo:data', 2, 3), 'BLOCK_EXISTS', /^block foo:data: .*a size cannot be changed/],
  [block('foo:more', null, 3), 'POLICY_EXCEEDED', /block storage/],
];

it('what can be known to be refused is refused before anything is changed', () => {
  for (const [change, code, message] of REFUSED) {
    assert.throws(
      () => plan([change], running),
      (error: Error & { readonly code?: string }) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        assert.match(error.message, /; nothing was changed$/);
        return true;
      },
    );
  }
});

it('what runs can be stopped whatever it has lost meanwhile', () => {
  const lost = plainUnikernel({ nets: net('br9'), blocks: storage('none') });
  const stop: Change = {
    kind: 'unikernel',
    name: WEB ?? assert.fail(),
    before: lost,
    after: { ...lost, state: 'stopped' },
  };
  assert.deepEqual(plan([stop], running), [stop]);
});
