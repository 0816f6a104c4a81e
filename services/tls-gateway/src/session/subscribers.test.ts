import { Failure } from '@albatross/shared/contracts/failures';
import { parseName } from '@albatross/shared/domain/name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Subscribers, type Subscription } from './subscribers.ts';

const hello = parseName('foo:hello');
const never = (): AbortSignal => new AbortController().signal;

function replaced({ throwIfReplaced }: Subscription): string | null {
  try {
    throwIfReplaced();
    return null;
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'BUSY', String(error));
    return error.message;
  }
}

describe('subscribers', () => {
  it('of one name are so many; one more ends the oldest and says why', () => {
    const subscribers = new Subscribers({ perNameMax: 2 });
    const [a, b, c] = [1, 2, 3].map(() => subscribers.add('console', hello, never()));
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    assert.equal(a.over.aborted, true);
    assert.equal(
      replaced(a),
      'another one follows the console of foo:hello now, and no more than 2 may at the same time',
    );
    for (const one of [b, c]) {
      assert.equal(one.over.aborted, false);
      assert.equal(replaced(one), null);
    }
  });

  it('of other names, or of the statistics, leave each other alone', () => {
    const subscribers = new Subscribers({ perNameMax: 1 });
    const all = [
      subscribers.add('console', hello, never()),
      subscribers.add('stats', hello, never()),
      subscribers.add('stats', parseName('foo:'), never()),
      subscribers.add('stats', parseName('foo'), never()),
    ];
    assert.deepEqual(
      all.map(({ over }) => over.aborted),
      [false, false, false, false],
    );
  });

  it('are so many of all that is at and below one label, and that leaves room for others', () => {
    const subscribers = new Subscribers({ perTenantMax: 2 });
    const first = subscribers.add('console', hello, never());
    subscribers.add('stats', parseName('foo:bar:'), never());
    const refused = {
      code: 'BUSY',
      message: '2 streams of foo: are under way; end some',
    };
    for (const name of ['foo:', 'foo:other', 'foo:bar:web'])
      assert.throws(() => subscribers.add('console', parseName(name), never()), refused);
    subscribers.add('console', parseName('bar:hello'), never());
    subscribers.add('stats', parseName(':'), never());
    assert.equal(subscribers.figures['subscribersRefused'], 3);
    first[Symbol.dispose]();
    subscribers.add('console', parseName('foo:other'), never());
  });

  it('are so many in all; the newest of more is refused until one has ended', () => {
    const subscribers = new Subscribers({ perNameMax: 1, max: 2 });
    const first = subscribers.add('console', hello, never());
    subscribers.add('console', hello, never());
    // The first was told to end and did not yet.
    const refused = { name: 'Failure', code: 'BUSY' };
    assert.throws(() => subscribers.add('stats', hello, never()), refused);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    subscribers.add('stats', hello, never());
    assert.throws(() => subscribers.add('stats', parseName('a'), never()), refused);
    assert.deepEqual(subscribers.figures, {
      consoleSubscribers: 1,
      statsSubscribers: 1,
      subscribersReplaced: 1,
      subscribersRefused: 2,
    });
  });

  it('end with their client, now or before', () => {
    const subscribers = new Subscribers();
    const silence = new AbortController();
    const early = subscribers.add('stats', hello, silence.signal);
    assert.equal(early.over.aborted, false);
    silence.abort(new Error('it is silent'));
    const late = subscribers.add('stats', hello, silence.signal);
    for (const one of [early, late]) {
      assert.equal(one.over.aborted, true);
      assert.equal(replaced(one), null);
    }
  });

  it('are never fewer than one', () => {
    for (const perNameMax of [0, -1, Number.NaN])
      assert.throws(() => new Subscribers({ perNameMax }), RangeError);
  });

  it('are the newest of each name, and counted right, whoever comes and goes', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b:', 'c'),
      leaves: fc.option(fc.nat({ max: 30 })),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, max) => {
          const subscribers = new Subscribers({ perNameMax: max });
          const all: { readonly name: string; readonly one: Subscription; isThere: boolean }[] = [];
          for (const { name, leaves } of steps) {
            if (leaves === null) {
              const one = subscribers.add('console', parseName(name), never());
              all.push({ name, one, isThere: true });
              continue;
            }
            const leaver = all[leaves];
            leaver?.one[Symbol.dispose]();
            if (leaver !== undefined) leaver.isThere = false;
          }
          const there = all.filter(({ isThere }) => isThere);
          assert.equal(subscribers.figures['consoleSubscribers'], there.length);
          for (const name of ['a', 'b:', 'c']) {
            const going = there.filter((one) => one.name === name && !one.one.over.aborted);
            const newest = there.filter((one) => one.name === name).slice(-max);
            assert.ok(going.length <= max);
            assert.ok(going.every((one) => newest.includes(one)));
          }
        },
      ),
    );
  });
});
