import type { WirePolicy, WireState } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunningSystem } from './running-system.ts';
import type { Action } from './state-import.ts';
import {
  policyEntry,
  stateOf,
  systemOf,
  writtenConfig,
  writtenPolicy,
} from './testing/state-entries.ts';
import { assertRefused, net, planOf, stepFor } from './testing/state-plan.ts';

/** The action for a policy of `foo:`. */
function policyAction(changes: Partial<WirePolicy>, system: RunningSystem = systemOf({})): Action {
  const state = stateOf({ policies: { 'foo:': writtenPolicy(changes) } });
  return planOf(state, system).policies[0]?.action ?? assert.fail('there is no step');
}

describe('the plan of an import', () => {
  it('has policies from the root downwards, and unikernels in the order of their start', () => {
    const state = stateOf({
      unikernels: {
        'a:late': writtenConfig({ startup: 60 }),
        'a:usual': writtenConfig(),
        'b:first': writtenConfig({ startup: 0 }),
        'b:usual': writtenConfig({ startup: 50 }),
      },
      policies: { 'a:b:c:': writtenPolicy(), 'a:b:': writtenPolicy(), 'b:': writtenPolicy() },
    });
    const { policies, unikernels } = planOf(state);
    assert.deepEqual(
      policies.map(({ name }) => name),
      ['b:', 'a:b:', 'a:b:c:'],
    );
    assert.deepEqual(
      unikernels.map(({ name }) => name),
      ['b:first', 'a:usual', 'b:usual', 'a:late'],
    );
  });

  it('can be made where nothing runs', () => {
    const { action, notes } = stepFor({ cpuids: [9], nets: [net('x')] }, null);
    assert.deepEqual([action, notes], [{ kind: 'import' }, []]);
  });

  it('refuses what could be read only in part, and goes on', () => {
    const good = stateOf({ unikernels: { hello: writtenConfig() } });
    const state: WireState = {
      policies: [{ kind: 'unrepresentable', name: null, why: 'at byte 5: too long' }],
      unikernels: [
        { kind: 'unrepresentable', name: 'odd', why: 'at byte 9: no UTF-8' },
        ...good.unikernels,
      ],
    };
    const { policies, unikernels } = planOf(state);
    assertRefused(policies[0]?.action, 'STATE_INVALID', /at byte 5: too long/);
    assertRefused(unikernels[0]?.action, 'STATE_INVALID', /at byte 9: no UTF-8/);
    assert.deepEqual(unikernels[1]?.action, { kind: 'import' });
  });
});

describe('a policy of the state', () => {
  it('is imported as it is', () => {
    const written = writtenPolicy({ cpuids: [0, 1], block: 10, bridges: ['service'] });
    const plan = planOf(stateOf({ policies: { 'foo:': written } }));
    assert.deepEqual(plan.policies, [
      {
        name: 'foo:',
        action: { kind: 'import' },
        notes: [],
        request: {
          name: 'foo:',
          policy: {
            unikernels: 4,
            memoryMib: 256,
            cpus: [0, 1],
            blockMib: 10,
            bridges: ['service'],
          },
        },
      },
    ]);
  });

  it('that is the root’s is the machine’s own', () => {
    const written = writtenPolicy({ unikernels: 2n ** 62n - 1n, bridges: ['gone'] });
    const [step] = planOf(stateOf({ policies: { ':': written } })).policies;
    const why = "the machine's own, not imported";
    assert.deepEqual([step?.action, step?.notes], [{ kind: 'skip', why }, []]);
  });

  it('that sets no limit to the number of unikernels becomes one of ours that does not', () => {
    const plan = planOf(
      stateOf({ policies: { 'a:': writtenPolicy({ unikernels: 2n ** 62n - 1n }) } }),
    );
    assert.equal(plan.policies[0]?.request?.policy.unikernels, 2_147_483_647);
  });

  it('that is there already is left alone', () => {
    const policy = { unikernels: 4, memoryMib: 256, cpus: [0], blockMib: null, bridges: [] };
    const same = systemOf({ policies: [policyEntry('foo:', policy)] });
    assert.deepEqual(policyAction({}, same), { kind: 'skip', why: 'already there' });
    // Block storage of 0 is none.
    assert.equal(policyAction({ block: 0 }, same).kind, 'skip');
  });

  it('does not replace another one', () => {
    const policy = { unikernels: 5, memoryMib: 256, cpus: [0], blockMib: null, bridges: [] };
    const other = systemOf({ policies: [policyEntry('foo:', policy)] });
    assertRefused(policyAction({}, other), 'POLICY_CONFLICT', /^foo: has another policy here/);
  });

  it('that cannot be meant is refused with what is wrong', () => {
    assertRefused(policyAction({ memory: -1 }), 'POLICY_INVALID', /memoryMib .* -1 is not$/);
    assertRefused(policyAction({ unikernels: 0n }), 'POLICY_INVALID', /unikernels .* 0 is not$/);
    assertRefused(policyAction({ cpuids: [] }), 'POLICY_INVALID', /at least one CPU/);
    assertRefused(policyAction({ bridges: ['a b'] }), 'POLICY_INVALID', /"a b" is none$/);
    const state = stateOf({ policies: { foo: writtenPolicy() } });
    const [step] = planOf(state).policies;
    assertRefused(step?.action, 'NAME_INVALID', /"foo" is no path/);
  });

  it('says what the machine does not have', () => {
    const written = writtenPolicy({ cpuids: [1, 9], bridges: ['gone', 'service'] });
    const [step] = planOf(stateOf({ policies: { 'foo:': written } })).policies;
    assert.deepEqual(step?.action, { kind: 'import' });
    assert.deepEqual(step.notes, ['CPU 9 is not there', 'the bridge gone is not there']);
  });
});
