import type { Exit } from '@albatross/shared/domain/exit';
import type { AfterExit } from '@albatross/shared/domain/restart';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { step, type Effect, type Event, type Phase } from './lifecycle.ts';

const process = { pid: 7, startTicks: 70, bootId: 'boot' };
const other = { pid: 8, startTicks: 80, bootId: 'boot' };
const exit: Exit = { kind: 'status', status: 3 };
const AGAIN: AfterExit = { kind: 'again', delayMs: 200, failures: 1 };

const PHASES = {
  starting: { kind: 'starting' },
  running: { kind: 'running', life: 1, process },
  'stopping to rest': { kind: 'stopping', life: 1, process, next: 'rest' },
  'stopping to start': { kind: 'stopping', life: 1, process, next: 'start' },
  'backing off': { kind: 'backing-off', until: 500, why: null },
  stopped: { kind: 'stopped' },
  exited: { kind: 'exited' },
  failed: { kind: 'failed', why: 'it does not like it here' },
} satisfies Record<string, Phase>;

const ended = (after: AfterExit): Event => ({ kind: 'ended', life: 1, exit, after, now: 1000 });

const EVENTS = {
  'a start asked for': { kind: 'start-asked' },
  started: { kind: 'started', life: 2, process: other },
  'a start that failed': { kind: 'start-failed', why: 'no bridge', retryAt: null },
  'a start that failed for now': { kind: 'start-failed', why: 'no bridge', retryAt: 700 },
  'a start undone': { kind: 'start-undone', to: { kind: 'stopped' } },
  'a rest asked for': { kind: 'stop-asked', next: 'rest' },
  'an end asked for': { kind: 'stop-asked', next: 'start' },
  'an overdue stop': { kind: 'stop-overdue' },
  'an end': ended({ kind: 'over' }),
  'an end to be followed by another life': ended(AGAIN),
  'an end for its name': ended({ kind: 'again-without-name' }),
  'one end too many': ended({ kind: 'gave-up', failures: 21 }),
} satisfies Record<string, Event>;

type PhaseName = keyof typeof PHASES;
type EventName = keyof typeof EVENTS;

interface Change {
  readonly to: Phase;
  readonly effects?: readonly Effect[];
}

const STARTING: Change = { to: PHASES.starting };
const STOPPED: Change = { to: PHASES.stopped };
const RECORD: Effect = { kind: 'record' };
const TERM: readonly Effect[] = [
  { kind: 'signal', process, signal: 'SIGTERM' },
  { kind: 'await-stop' },
];
const KILL: readonly Effect[] = [{ kind: 'signal', process, signal: 'SIGKILL' }];
const backingOff = (until: number): Change => ({
  to: { kind: 'backing-off', until, why: null },
  effects: [RECORD, { kind: 'wake', at: until }],
});
const anyEnd = (change: Change) => ({
  'an end': change,
  'an end to be followed by another life': change,
  'an end for its name': change,
  'one end too many': change,
});

/** All that changes anything; whatever is not here must leave everything as it is. */
const CHANGES: { readonly [K in PhaseName]?: { readonly [E in EventName]?: Change } } = {
  starting: {
    'a start asked for': STARTING,
    started: { to: { kind: 'running', life: 2, process: other } },
    'a start that failed': { to: { kind: 'failed', why: 'no bridge' } },
    'a start that failed for now': {
      to: { kind: 'backing-off', until: 700, why: 'no bridge' },
      effects: [{ kind: 'wake', at: 700 }],
    },
    'a start undone': STOPPED,
    'a rest asked for': STOPPED,
    'an end asked for': STARTING,
  },
  running: {
    'a rest asked for': { to: PHASES['stopping to rest'], effects: TERM },
    'an end asked for': { to: PHASES['stopping to start'], effects: TERM },
    'an end': { to: PHASES.exited, effects: [RECORD] },
    'an end to be followed by another life': backingOff(1200),
    'an end for its name': backingOff(1000),
    'one end too many': {
      to: { kind: 'failed', why: 'it ended 21 times in a row' },
      effects: [RECORD],
    },
  },
  // Asked for, and so its rule has no say.
  'stopping to rest': {
    'a rest asked for': { to: PHASES['stopping to rest'] },
    'an end asked for': { to: PHASES['stopping to start'] },
    'an overdue stop': { to: PHASES['stopping to rest'], effects: KILL },
    ...anyEnd({ to: PHASES.stopped, effects: [RECORD] }),
  },
  'stopping to start': {
    'a rest asked for': { to: PHASES['stopping to rest'] },
    'an end asked for': { to: PHASES['stopping to start'] },
    'an overdue stop': { to: PHASES['stopping to start'], effects: KILL },
    // Whoever ended it goes on with it; if nobody does any more, it is woken.
    ...anyEnd({ to: PHASES.starting, effects: [RECORD, { kind: 'wake', at: 1000 }] }),
  },
  'backing off': {
    'a start asked for': STARTING,
    'a rest asked for': STOPPED,
    'an end asked for': STARTING,
  },
  stopped: {
    'a start asked for': STARTING,
    'a rest asked for': STOPPED,
    'an end asked for': STARTING,
  },
  exited: { 'a start asked for': STARTING },
  failed: { 'a start asked for': STARTING },
};

describe('the life of one unikernel', () => {
  for (const [phaseName, phase] of Object.entries(PHASES)) {
    for (const [eventName, event] of Object.entries(EVENTS)) {
      const change = CHANGES[phaseName as PhaseName]?.[eventName as EventName];
      const what = change === undefined ? 'changes nothing' : `leads to ${change.to.kind}`;
      it(`${eventName} while ${phaseName} ${what}`, () => {
        const expected = { phase: change?.to ?? phase, effects: change?.effects ?? [] };
        assert.deepEqual(step(phase, event), expected);
      });
    }
  }

  for (const name of ['running', 'stopping to rest', 'stopping to start'] as const) {
    it(`the end of another life changes nothing while ${name}`, () => {
      const end: Event = { kind: 'ended', life: 2, exit, after: AGAIN, now: 1000 };
      assert.deepEqual(step(PHASES[name], end), { phase: PHASES[name], effects: [] });
    });
  }

  it('one that backed off before a start that is undone is woken all the same', () => {
    const event: Event = { kind: 'start-undone', to: PHASES['backing off'] };
    assert.deepEqual(step(PHASES.starting, event), {
      phase: PHASES['backing off'],
      effects: [{ kind: 'wake', at: 500 }],
    });
  });
});
