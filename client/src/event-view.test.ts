import type { EventRecord } from '@albatross/shared/contracts/event';
import { EVENT_TYPES } from '@albatross/shared/contracts/event';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventToJson, eventToText, gapToJson, gapToText } from './event-view.ts';

const at = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const AT = '2026-01-31T12:00:00.007Z';

const common = {
  seq: 5,
  id: '0123456789abcdef',
  at,
  name: parseName('foo:hello'),
  actor: 'supervisor',
  requestId: null,
};
const root = { ...common, name: parseName(':') };
const path = { ...common, name: parseName('foo:') };
const byAdmin = { ...common, actor: 'admin', requestId: 'request-1' };

const EXAMPLES: readonly (readonly [EventRecord, string])[] = [
  [
    { ...root, type: 'supervisor-started', version: '0.1.0' },
    ': supervisor started, version 0.1.0',
  ],
  [{ ...common, type: 'adopted', life: 3, pid: 17 }, 'foo:hello found running, life 3, process 17'],
  [
    {
      ...byAdmin,
      type: 'created',
      digest: 'ab'.repeat(32),
      target: 'hvt',
      memoryMib: 32,
      replaced: false,
    },
    'foo:hello created: hvt image abababababab, 32 MiB (by admin)',
  ],
  [
    {
      ...byAdmin,
      type: 'created',
      digest: 'ab'.repeat(32),
      target: 'spt',
      memoryMib: 64,
      replaced: true,
    },
    'foo:hello replaced: spt image abababababab, 64 MiB (by admin)',
  ],
  [{ ...byAdmin, type: 'restarted', changed: false }, 'foo:hello restarted (by admin)'],
  [
    { ...byAdmin, type: 'restarted', changed: true },
    'foo:hello restarted, with another configuration (by admin)',
  ],
  [
    { ...common, type: 'started', life: 3, pid: 17, taps: [] },
    'foo:hello started, life 3, process 17',
  ],
  [
    { ...common, type: 'started', life: 3, pid: 17, taps: ['alb1', 'alb2'] },
    'foo:hello started, life 3, process 17, taps alb1 alb2',
  ],
  [
    { ...common, type: 'exited', life: 3, exit: { kind: 'signal', signal: 15 }, lifetimeMs: 1500 },
    'foo:hello ended, life 3: signal 15 after 1.500 s',
  ],
  [
    { ...common, type: 'exited', life: 3, exit: { kind: 'unknown' }, lifetimeMs: 86_400_000 },
    'foo:hello ended, life 3: unknown after 86400 s',
  ],
  [
    { ...common, type: 'restarting', delayMs: 250, attempt: 2 },
    'foo:hello is started again in 0.250 s, attempt 2',
  ],
  [{ ...common, type: 'failed', why: 'too often' }, 'foo:hello failed: too often'],
  [{ ...byAdmin, type: 'stopped' }, 'foo:hello stopped (by admin)'],
  [{ ...byAdmin, type: 'destroyed' }, 'foo:hello destroyed (by admin)'],
  [
    { ...byAdmin, type: 'refused', request: 'unikernel.create', code: 'POLICY_EXCEEDED', times: 1 },
    'foo:hello unikernel.create refused: POLICY_EXCEEDED (by admin)',
  ],
  [
    { ...root, actor: '*', type: 'refused', request: 'unikernel.create', code: 'BUSY', times: 7 },
    ': unikernel.create refused: BUSY, 7 times (by several)',
  ],
  [
    {
      ...path,
      type: 'policy-set',
      unikernels: 2,
      memoryMib: 64,
      cpus: [0, 1],
      blockMib: 10,
      bridges: ['a', 'b'],
    },
    'foo: policy set: 2 unikernels, 64 MiB of memory, CPUs 0 1, 10 MiB of block devices, bridges a b',
  ],
  [
    {
      ...path,
      type: 'policy-set',
      unikernels: 2,
      memoryMib: 64,
      cpus: [],
      blockMib: null,
      bridges: [],
    },
    'foo: policy set: 2 unikernels, 64 MiB of memory, no CPUs, no block devices, no bridges',
  ],
  [{ ...path, type: 'policy-removed' }, 'foo: policy removed'],
  [{ ...common, type: 'block-created', sizeMib: 10 }, 'foo:hello block device created, 10 MiB'],
  [{ ...common, type: 'block-removed' }, 'foo:hello block device removed'],
  [{ ...common, type: 'block-set' }, 'foo:hello block device written'],
  [{ ...common, type: 'block-dumped' }, 'foo:hello block device read'],
  [{ ...root, type: 'lost', count: 7 }, ': 7 events are missing here: the disk did not take them'],
];

describe('an event as text', () => {
  it('says when, what, what happened to it, and who did it', () => {
    for (const [event, text] of EXAMPLES) assert.equal(eventToText(event), `${AT} ${text}`);
  });

  it('is known for every event there is', () => {
    assert.deepEqual(
      [...new Set(EXAMPLES.map(([{ type }]) => type))].toSorted(),
      EVENT_TYPES.toSorted(),
    );
  });

  it('is one line whatever strangers put into it', () => {
    const event: EventRecord = {
      ...common,
      type: 'failed',
      actor: 'tls:00;\u001b[2J\n',
      why: 'a\rb\u202e',
    };
    assert.equal(
      eventToText(event),
      `${AT} foo:hello failed: a\\x0db\\u202e (by tls:00;\\x1b[2J\\x0a)`,
    );
  });
});

describe('an event as JSON', () => {
  it('is as on the bus, with the time as RFC 3339', () => {
    for (const [event] of EXAMPLES) assert.deepEqual(eventToJson(event), { ...event, at: AT });
  });
});

describe('a gap', () => {
  it('says what is not kept any more, and is no event', () => {
    const gap = { after: 2, first: 5 };
    assert.equal(gapToText(gap), '-- events 3 to 4 are not kept any more --');
    assert.deepEqual(gapToJson(gap), { marker: 'gap', after: 2, first: 5 });
  });
});
