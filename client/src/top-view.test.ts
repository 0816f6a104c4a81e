import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostOf, netOf, sampleOf } from './testing/toy-stats.ts';
import { NOTHING_KNOWN, takeAnswer, takeSamples, type TopState } from './top-model.ts';
import { FIRST_VIEW, press, sorted, within, type TopView } from './top-view.ts';

const NOW = 1_000_000;

/** What four of them take; of `new` there is one sample only, and `old` is not sampled any more. */
function someState(): TopState {
  const takes = (name: string, cpuShare: number, rssBytes: number, bytes: number) =>
    [NOW - 10_000, NOW].map((at, index) =>
      sampleOf(name, at, {
        startedAt: 5,
        process: { cpuShare, rssBytes },
        nets: [netOf('x', index * bytes, 0)],
      }),
    );
  const all = [takes('b', 0.5, 10, 300), takes('a', 0.1, 30, 100), takes('c', 0.1, 20, 200)];
  const old = sampleOf('old', NOW - 60_000, { process: { cpuShare: 9, rssBytes: 99 } });
  const first = takeAnswer(NOTHING_KNOWN, {
    samples: [old, ...all.flatMap((two) => two.slice(0, 1))],
    intervalMs: 10_000,
    host: hostOf(':', NOW),
    askedAt: NOW,
  });
  const fresh = sampleOf('new', NOW, { process: { cpuShare: null, rssBytes: 1 } });
  return takeSamples(first, [fresh, ...all.flatMap((two) => two.slice(1))]);
}

const namesBy = (view: Partial<TopView>): string =>
  sorted(someState(), { ...FIRST_VIEW, ...view }, NOW)
    .map(({ sample }) => sample.name)
    .join(' ');

describe('the order', () => {
  it('has those first that take most, and those of which it is not known last', () => {
    assert.equal(namesBy({ sort: 'cpu' }), 'b a c new old');
    assert.equal(namesBy({ sort: 'memory' }), 'a c b new old');
    assert.equal(namesBy({ sort: 'network' }), 'b c a new old');
    assert.equal(namesBy({ sort: 'name' }), 'a b c new old');
  });

  it('can be reversed; those of which it is not known are still last', () => {
    assert.equal(namesBy({ sort: 'cpu', isReversed: true }), 'a c b new old');
    assert.equal(namesBy({ sort: 'memory', isReversed: true }), 'new b c a old');
    assert.equal(namesBy({ sort: 'name', isReversed: true }), 'old new c b a');
  });
});

describe('a key', () => {
  const extent = { rows: 100, page: 20 };
  const after = (...keys: readonly string[]): TopView =>
    keys.reduce((view, key) => press(view, key, extent), FIRST_VIEW);

  it('chooses the order', () => {
    for (const [key, sort] of [
      ['c', 'cpu'],
      ['m', 'memory'],
      ['n', 'network'],
      ['t', 'name'],
    ] as const)
      assert.deepEqual(after('down', 'r', key), { sort, isReversed: false, offset: 0 });
    assert.deepEqual(after('m', 'r'), { sort: 'memory', isReversed: true, offset: 0 });
    assert.equal(after('r', 'r').isReversed, false);
  });

  it('scrolls, not beyond the first and the last', () => {
    for (const [keys, offset] of [
      [['down', 'down', 'up'], 1],
      [['up'], 0],
      [['pagedown'], 20],
      [['pagedown', 'pagedown', 'pageup'], 20],
      [['pageup'], 0],
      [['end'], 80],
      [['end', 'down'], 80],
      [['end', 'home'], 0],
    ] as const)
      assert.equal(after(...keys).offset, offset, keys.join(' '));
  });

  it('of no meaning changes nothing', () => {
    for (const key of ['x', 'ctrl-c', 'return', 'toString', ''])
      assert.deepEqual(press(FIRST_VIEW, key, extent), FIRST_VIEW);
  });
});

it('a view moves up when there is less to be shown, or more room', () => {
  const view = { ...FIRST_VIEW, offset: 50 };
  assert.equal(within(view, { rows: 60, page: 20 }).offset, 40);
  assert.equal(within(view, { rows: 10, page: 20 }).offset, 0);
  assert.equal(within(view, { rows: 100, page: 20 }), view);
});
