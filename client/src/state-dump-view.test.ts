import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dumpLines, dumpToJson } from './state-dump-view.ts';
import { dumpOfOriginal } from './state-dump.ts';
import { stateOf, writtenConfig, writtenPolicy } from './testing/state-entries.ts';

const NOTHING = { policies: [], unikernels: [] };

it('an entry that cannot be had says why, and the others are shown', () => {
  const { policies } = stateOf({ policies: { 'foo:': writtenPolicy() } });
  const lost = { kind: 'unrepresentable', name: 'foo:hello', why: 'no UTF-8' } as const;
  const nameless = { kind: 'unrepresentable', name: null, why: 'too long' } as const;
  const state = { policies: [nameless, ...policies], unikernels: [lost] };
  assert.deepEqual(dumpLines(dumpOfOriginal(state)), [
    'policy of a name that we cannot have: too long',
    'policy foo:',
    '  4 unikernels, 256 MiB of memory, no block storage, the CPU 0, no bridges',
    'unikernel foo:hello: no UTF-8',
  ]);
  assert.deepEqual(dumpToJson(dumpOfOriginal({ ...NOTHING, unikernels: [lost] })), {
    policies: [],
    unikernels: [{ name: 'foo:hello', why: 'no UTF-8', unikernel: null }],
    blocks: [],
  });
});

it('a unikernel for bhyve has no image, and nothing is said to be nothing', () => {
  const bhyve = writtenConfig({ typ: 'bhyve', image: new Uint8Array(), vcpus: 2 });
  const lines = dumpLines(dumpOfOriginal(stateOf({ unikernels: { hello: bhyve } })));
  assert.deepEqual(lines.slice(2), ['  for bhyve', '  2 CPUs inside the guest']);
  assert.deepEqual(dumpLines(dumpOfOriginal(NOTHING)), ['no policies, no unikernels']);
});

it('what stands in a file cannot write to the terminal', () => {
  const nets = [{ name: 'service', bridge: '\u001b[2J', mac: null }];
  const lines = dumpLines(
    dumpOfOriginal(stateOf({ unikernels: { hello: writtenConfig({ nets }) } })),
  );
  assert.ok(!lines.join('').includes('\u001b'));
});
