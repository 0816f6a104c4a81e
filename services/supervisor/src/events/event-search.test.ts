import {
  EVENTS_PAGE_BYTES_MAX,
  EVENTS_PER_PAGE_MAX,
  type EventRecord,
} from '@albatross/shared/contracts/event';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { encode } from '@albatross/shared/bus/codec';
import { isPathName, isWithin, parseName, ROOT, type Name } from '@albatross/shared/domain/name';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { EventLogUnderTest, failed } from '../testing/event-log-under-test.ts';

type Action =
  | {
      readonly kind: 'record';
      readonly name: Name;
      readonly at: number;
      readonly bytes: number;
      readonly times: number;
    }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'list'; readonly name: Name; readonly from: HistoryStart };

const LATEST = 10;

const name = fc.constantFrom(...[':', ':', 'a', 'a:', 'a:b', 'a:b:c', 'b'].map(parseName));

const from: fc.Arbitrary<HistoryStart> = fc.oneof(
  fc.nat(200).map((count) => ({ kind: 'count' as const, count })),
  fc.nat(9000).map((count) => ({ kind: 'count' as const, count })),
  fc.nat(9000).map((seq) => ({ kind: 'after' as const, seq })),
  fc.nat(LATEST + 1).map((at) => ({ kind: 'since' as const, at })),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      name,
      at: fc.nat(LATEST),
      bytes: fc.constantFrom(0, 10, 4000),
      times: fc.constantFrom(1, 3, 100, 600),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('list' as const), name, from }) },
);

const actions = fc.array(action, { minLength: 10, maxLength: 40, size: 'max' });

describe('what is listed of an event log', () => {
  it('is what a plain list of events would give, whatever is recorded, kept and asked', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (actions) => {
        await using folder = await TemporaryFolder.make();
        let seen = await EventLogUnderTest.open(folder.path);
        const recorded: EventRecord[] = [];
        for (const action of actions) {
          switch (action.kind) {
            case 'record':
              seen.clock.now = action.at;
              for (let i = 0; i < action.times; i += 1)
                seen.log.record(failed(action.name, ` ${ROOT} a `.padEnd(action.bytes, 'x')));
              break;
            case 'reopen':
              recorded.push(...seen.told);
              seen[Symbol.dispose]();
              seen = await EventLogUnderTest.open(folder.path);
              break;
            case 'list':
              assertListed(seen, [...recorded, ...seen.told], action.name, action.from);
          }
        }
        assert.deepEqual(seen.defects, []);
        seen[Symbol.dispose]();
      }),
      { numRuns: 30 },
    );
  });

  it('is of one unikernel, or of a path and all below it', async () => {
    await using folder = await TemporaryFolder.make();
    using seen = await EventLogUnderTest.open(folder.path);
    for (const name of ['foo', 'foo:', 'foo:a', 'foo:a:', 'foo:ab', 'foo:a:b', 'fo:', ':', 'afoo:'])
      seen.log.record(failed(name, 'foo:a foo: '));
    const names = (name: string): readonly string[] =>
      seen.log
        .list({ name: parseName(name), from: { kind: 'after', seq: 0 } })
        .events.map((event) => event.name);
    assert.deepEqual(names('foo'), ['foo']);
    assert.deepEqual(names('foo:a'), ['foo:a']);
    assert.deepEqual(names('foo:a:'), ['foo:a:', 'foo:a:b']);
    assert.deepEqual(names('foo:'), ['foo:', 'foo:a', 'foo:a:', 'foo:ab', 'foo:a:b']);
    assert.equal(names(':').length, 9);
    assert.deepEqual(names('bar:'), []);
  });

  it('has no number of a first and a last event while there is none', async () => {
    await using folder = await TemporaryFolder.make();
    using seen = await EventLogUnderTest.open(folder.path);
    const list = (): object => seen.log.list({ name: ROOT, from: { kind: 'count', count: 9 } });
    assert.deepEqual(list(), { events: [], more: false, first: null, last: null });
    seen.record('one');
    assert.deepEqual(list(), { events: seen.told, more: false, first: 1, last: 1 });
  });
});

function assertListed(
  seen: EventLogUnderTest,
  recorded: readonly EventRecord[],
  name: Name,
  from: HistoryStart,
): void {
  const { first, last } = seen.log.list({ name, from: { kind: 'count', count: 0 } });
  assert.equal(last, recorded.at(-1)?.seq ?? null);
  const kept = recorded.filter(({ seq }) => seq >= (first ?? Infinity));
  assert.equal(kept[0]?.seq ?? null, first);
  const expected = wanted(kept, name, from);
  const listed: EventRecord[] = [];
  let next = from;
  for (let more = true; more;) {
    const page = seen.log.list({ name, from: next });
    assert.ok(page.events.length <= EVENTS_PER_PAGE_MAX);
    assert.ok(encode(page.events).length <= EVENTS_PAGE_BYTES_MAX);
    assert.deepEqual([page.first, page.last], [first, last]);
    listed.push(...page.events);
    ({ more } = page);
    assert.ok(!more || page.events.length > 0);
    next = { kind: 'after', seq: listed.at(-1)?.seq ?? 0 };
  }
  assert.deepEqual(listed, expected);
}

function wanted(
  kept: readonly EventRecord[],
  name: Name,
  from: HistoryStart,
): readonly EventRecord[] {
  const about = kept.filter((event) =>
    isPathName(name) ? isWithin(event.name, name) : event.name === name,
  );
  switch (from.kind) {
    case 'count':
      return from.count === 0 ? [] : about.slice(-from.count);
    case 'after':
      return about.filter(({ seq }) => seq > from.seq);
    case 'since': {
      const start = about.findIndex(({ at }) => at >= from.at);
      return start === -1 ? [] : about.slice(start);
    }
  }
}
