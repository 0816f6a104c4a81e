import type { EventRecord } from '@albatross/shared/contracts/event';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeDescriptors } from './descriptors.ts';
import { problemsOf } from './floods.ts';
import { noneOf, tableOf } from './verdict.ts';
import { judgeEvents } from './verdicts.ts';

describe('open files', () => {
  const idle = new Map([
    ['socket', 3],
    ['file', 5],
  ]);

  it('are back when there are no more of any kind', () => {
    const after = new Map([...idle, ['socket', 2] as const]);
    const { found, problems } = judgeDescriptors('stats', idle, after);
    assert.deepEqual([found, problems], ['8 at idle, 7 after', []]);
  });

  it('leak when one more of a kind is open, though in all there are fewer', () => {
    const after = new Map([
      ['socket', 1],
      ['file', 6],
    ]);
    const { problems } = judgeDescriptors('stats', idle, after);
    assert.deepEqual(problems, ['6 of kind file, and 5 are expected']);
  });

  it('may be those of as many histories as console keeps open', () => {
    const kept = (count: number) => new Map([...idle, ['history', count] as const]);
    assert.deepEqual(judgeDescriptors('console', idle, kept(65)).problems, []);
    assert.equal(judgeDescriptors('console', idle, kept(66)).problems.length, 1);
  });
});

describe('lines', () => {
  const nothing = { dropped: 0, gaps: 0, lostAtGaps: 0 };
  const good = { printed: 100, recorded: 100, ...nothing, entries: 102, problems: [] };
  const all = [{ delivered: 100, missed: 2 }];
  const fewer = [{ delivered: 101, missed: 0 }];

  it('are accounted for when each is recorded, counted as dropped, or missing at a gap', () => {
    const followers = all;
    assert.deepEqual(problemsOf({ ...good, followers }, []), []);
    const shared = { ...good, recorded: 90, dropped: 7, gaps: 1, lostAtGaps: 3, followers };
    assert.deepEqual(problemsOf(shared, ['supervisor', 'console']), []);
  });

  it('are lost when one is nowhere', () => {
    const followers = all;
    const found = problemsOf({ ...good, recorded: 99, followers }, []);
    assert.deepEqual(found, ['of 100 lines 1 are not accounted for']);
  });

  it('are lost at a gap that nobody was killed for', () => {
    const outcome = { ...good, recorded: 97, gaps: 1, lostAtGaps: 3, followers: all };
    assert.deepEqual(problemsOf(outcome, ['supervisor']), [
      'there are 1 gaps, and console was not killed',
    ]);
  });

  it('are lost on a follower that is not told of them', () => {
    assert.deepEqual(problemsOf({ ...good, followers: fewer }, []), [
      'a follower knows of 101 of 102 entries',
    ]);
  });
});

describe('events', () => {
  const life = ['created', 'started', 'exited', 'destroyed'];

  it('are complete when each life begins and ends once', () => {
    const { found, problems } = judgeEvents(eventsOf(life));
    assert.deepEqual([found, problems], ['4 events, 1 lives', []]);
  });

  it('are lost when a number is missing', () => {
    const { problems } = judgeEvents(eventsOf(life).slice(1));
    assert.deepEqual(problems, ['the events are not numbered one by one from 1']);
  });

  it('are wrong when an end is told twice, or never, or a start twice', () => {
    for (const wrong of [
      ['created', 'started', 'exited', 'exited', 'destroyed'],
      ['created', 'started', 'destroyed'],
      ['created', 'started', 'started', 'exited', 'destroyed'],
    ])
      assert.equal(judgeEvents(eventsOf(wrong)).problems.length, 1, wrong.join());
  });

  it('are wrong when there are none at all', () => {
    assert.deepEqual(judgeEvents([]).problems, ['there are none']);
  });
});

describe('the table', () => {
  it('has a verdict for each, and what is wrong below', () => {
    assert.deepEqual(tableOf([noneOf('zombies', []), noneOf('taps left', ['tap7'])]), [
      'zombies    0  good',
      'taps left  1  NOT GOOD',
      'taps left: tap7',
    ]);
  });
});

/** Of one unikernel; only what is looked at. */
function eventsOf(types: readonly string[]): readonly EventRecord[] {
  const common = { at: 0, name: 'web', actor: 'admin', requestId: null, life: 1 };
  return types.map((type, index) => {
    return { ...common, type, seq: index + 1, id: `000000000000000${index}` } as EventRecord;
  });
}
