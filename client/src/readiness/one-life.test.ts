import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runningUnikernel } from '../testing/state-entries.ts';
import { judge, type OneLife } from './one-life.ts';
import { GONE, seenOf, type Seen } from './seen.ts';

const ONE: OneLife = { life: 1000, isNamed: true };
const END = { life: 7, exit: { kind: 'status', status: 3 }, at: 1200, lifetimeMs: 200 } as const;
const REFUSED = { ...END, exit: { kind: 'status', status: 64 } } as const;
const hello = (changes: Parameters<typeof runningUnikernel>[1]): Seen =>
  seenOf(runningUnikernel('hello', { startedAt: 1000, ...changes }));

describe('a life that should go on', () => {
  it('does while it is the same', () => {
    assert.deepEqual(judge(ONE, hello({})), { kind: 'same', one: ONE });
    assert.deepEqual(judge({ life: null, isNamed: true }, hello({})), { kind: 'same', one: ONE });
  });

  it('is not said to have ended by what says nothing', () => {
    for (const state of ['starting', 'stopping'] as const)
      assert.deepEqual(judge(ONE, hello({ state, pid: null })), { kind: 'same', one: ONE });
  });

  it('has ended when it is over, or waits, or is another, and that says how', () => {
    const pastLives = [END];
    const exit = END.exit;
    for (const [seen, why] of [
      [hello({ state: 'exited', exit, pastLives }), 'ended with status 3 after 0.2 s'],
      [hello({ state: 'stopped', exit, pastLives }), 'was stopped'],
      [
        hello({ state: 'failed', exit, why: 'it ended 21 times in a row', pastLives }),
        'failed: it ended 21 times in a row',
      ],
      [GONE, 'was destroyed'],
      [
        hello({ state: 'backing-off', exit, pastLives, nextTryAt: 2000 }),
        'ended with status 3 after 0.2 s, and is started again at 1970-01-01T00:00:02.000Z',
      ],
      [
        hello({ startedAt: 2000, pastLives }),
        'ended with status 3 after 0.2 s, and was started again',
      ],
    ] as const)
      assert.deepEqual(judge(ONE, seen), { kind: 'fallen', why });
  });

  it('goes on once more without its name, where a guest does not know that', () => {
    const pastLives = [REFUSED];
    const waits = hello({ state: 'backing-off', addName: false, pastLives, exit: REFUSED.exit });
    assert.deepEqual(judge(ONE, waits), { kind: 'same', one: ONE });
    const again = hello({ startedAt: 2000, addName: false, pastLives });
    const second: OneLife = { life: 2000, isNamed: false };
    assert.deepEqual(judge(ONE, again), { kind: 'anew', one: second });
    const third = hello({ startedAt: 3000, addName: false, pastLives: [REFUSED, REFUSED] });
    assert.equal(judge(second, third).kind, 'fallen');
  });

  it('of another host, which does not tell of names, may be another once', () => {
    const there = (life: number): Seen => ({
      kind: 'up',
      life,
      isNamed: null,
      before: null,
      endedLife: null,
    });
    const first = judge({ life: null, isNamed: true }, there(1000));
    assert.deepEqual(first, { kind: 'same', one: ONE });
    assert.deepEqual(judge(ONE, there(2000)), {
      kind: 'anew',
      one: { life: 2000, isNamed: false },
    });
    assert.deepEqual(judge({ life: 2000, isNamed: false }, there(3000)), {
      kind: 'fallen',
      why: 'ended, and was started again',
    });
  });
});
