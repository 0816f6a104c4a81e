import type { Exit } from '@albatross/shared/domain/exit';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { step, type Effect, type Event, type Phase } from './lifecycle.ts';

const process = { pid: 7, startTicks: 70, bootId: 'boot' };
const other = { pid: 8, startTicks: 80, bootId: 'boot' };
const exit: Exit = { kind: 'status', status: 3 };

const PHASES = {
  starting: { kind: 'starting' },
  running: { kind: 'running', life: 1, process },
  stopping: { kind: 'stopping', life: 1, process },
  exited: { kind: 'exited', exit: { kind: 'unknown' } },
  failed: { kind: 'failed' },
} satisfies Record<Phase['kind'], Phase>;

const EVENTS = {
  started: { kind: 'started', life: 2, process: other },
  'start-failed': { kind: 'start-failed' },
  'stop-asked': { kind: 'stop-asked' },
  'stop-overdue': { kind: 'stop-overdue' },
  ended: { kind: 'ended', life: 1, exit },
} satisfies Record<Event['kind'], Event>;

interface Change {
  readonly to: Phase;
  readonly effects: readonly Effect[];
}

/** All that changes anything; whatever is not here must leave everything as it is. */
const CHANGES: { readonly [K in Phase['kind']]?: { readonly [E in Event['kind']]?: Change } } = {
  starting: {
    started: { to: { kind: 'running', life: 2, process: other }, effects: [] },
    'start-failed': { to: { kind: 'failed' }, effects: [] },
  },
  running: {
    'stop-asked': {
      to: PHASES.stopping,
      effects: [{ kind: 'signal', process, signal: 'SIGTERM' }, { kind: 'await-stop' }],
    },
    ended: { to: { kind: 'exited', exit }, effects: [{ kind: 'record-exit', exit }] },
  },
  stopping: {
    'stop-overdue': {
      to: PHASES.stopping,
      effects: [{ kind: 'signal', process, signal: 'SIGKILL' }],
    },
    // Asked for, and so the end is nothing to be remembered.
    ended: { to: { kind: 'exited', exit }, effects: [] },
  },
};

describe('the life of one unikernel', () => {
  for (const phase of Object.values(PHASES)) {
    for (const event of Object.values(EVENTS)) {
      const change = CHANGES[phase.kind]?.[event.kind];
      const what = change === undefined ? 'changes nothing' : `leads to ${change.to.kind}`;
      it(`${event.kind} while ${phase.kind} ${what}`, () => {
        const expected = { phase: change?.to ?? phase, effects: change?.effects ?? [] };
        assert.deepEqual(step(phase, event), expected);
      });
    }
  }

  for (const phase of [PHASES.running, PHASES.stopping]) {
    it(`the end of another life changes nothing while ${phase.kind}`, () => {
      assert.deepEqual(step(phase, { kind: 'ended', life: 2, exit }), { phase, effects: [] });
    });
  }
});
