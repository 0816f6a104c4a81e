import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT } from '../domain/name.ts';
import { EVENT_TYPES, eventRecord, listEvents, type EventRecord } from './event.ts';

const failed: EventRecord = {
  type: 'failed',
  seq: 1,
  id: '0123456789abcdef',
  at: 0,
  name: ROOT,
  actor: 'supervisor',
  requestId: null,
  why: 'why',
};

const isEvent = (value: unknown): boolean => eventRecord.safeParse(value).success;

describe('an event', () => {
  it('is of a known type, each of which can stand in a subject', () => {
    assert.equal(isEvent(failed), true);
    assert.equal(isEvent({ ...failed, type: 'unheard-of' }), false);
    assert.equal(new Set(EVENT_TYPES).size, EVENT_TYPES.length);
    for (const type of EVENT_TYPES) assert.match(type, /^[a-z-]+$/);
  });

  it('has a number from one on, an id, and what its type has', () => {
    const { why: _, ...vague } = failed;
    for (const wrong of [{ ...failed, seq: 0 }, { ...failed, id: '0123456789ABCDEF' }, vague])
      assert.equal(isEvent(wrong), false);
  });

  it('may have more than is known here, which is passed over', () => {
    assert.deepEqual(eventRecord.parse({ ...failed, mood: 'sour' }), failed);
  });
});

describe('the question for events', () => {
  it('begins as that for a console does', () => {
    for (const from of [
      { kind: 'count', count: 0 },
      { kind: 'since', at: 1 },
      { kind: 'after', seq: 0 },
    ])
      assert.ok(listEvents.body.safeParse({ name: 'foo:', from }).success);
    assert.equal(listEvents.body.safeParse({ name: 'foo:' }).success, false);
    const wrong = { kind: 'count', count: -1 };
    assert.equal(listEvents.body.safeParse({ name: 'foo:', from: wrong }).success, false);
  });
});
