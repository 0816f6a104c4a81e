import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as assertProperty, double, integer, property } from 'fast-check';
import type { Exit } from './exit.ts';
import {
  afterExit,
  delayAfter,
  FAILURES_MAX,
  HEALTHY_AFTER_MS,
  RESTART_DELAY_MAX_MS,
  RESTART_DELAY_MIN_MS,
  type RestartRule,
} from './restart.ts';

const ALWAYS: RestartRule = { kind: 'on-exit', statuses: [] };
const NEVER: RestartRule = { kind: 'never' };
const only = (...statuses: number[]): RestartRule => ({ kind: 'on-exit', statuses });
const status = (n: number): Exit => ({ kind: 'status', status: n });
const signal = (n: number): Exit => ({ kind: 'signal', signal: n });

function kindAfter(
  exit: Exit,
  restart: RestartRule,
  { addName = false, failures = 0 } = {},
): string {
  return afterExit({ exit, lifetimeMs: 10 }, { restart, addName }, failures, 0.5).kind;
}

describe('after a life', () => {
  it('without a rule it is over, however it ended', () => {
    for (const exit of [status(0), status(2), signal(11), { kind: 'unknown' } as const]) {
      assert.equal(kindAfter(exit, NEVER), 'over');
    }
  });

  it('with the empty set it is started again after every status but those of the tender', () => {
    for (let n = 0; n <= 255; n += 1) {
      const isNever = n === 1 || (n >= 60 && n <= 64);
      assert.equal(kindAfter(status(n), ALWAYS), isNever ? 'over' : 'again', `status ${n}`);
    }
  });

  it('with a set only after those, and listing what is never restarted has no effect', () => {
    assert.equal(kindAfter(status(3), only(3, 5)), 'again');
    assert.equal(kindAfter(status(4), only(3, 5)), 'over');
    for (const n of [1, 60, 61, 62, 63, 64]) assert.equal(kindAfter(status(n), only(n)), 'over');
  });

  it('a signal nobody asked for counts as 128 and its number', () => {
    assert.equal(kindAfter(signal(9), ALWAYS), 'again');
    assert.equal(kindAfter(signal(9), only(137)), 'again');
    assert.equal(kindAfter(signal(9), only(9)), 'over');
  });

  it('an end that nobody saw is a failure', () => {
    assert.equal(kindAfter({ kind: 'unknown' }, ALWAYS), 'again');
    assert.equal(kindAfter({ kind: 'unknown' }, only(2)), 'over');
  });

  it('with an injected name, status 64 is tried once without it, whatever the rule', () => {
    for (const rule of [NEVER, ALWAYS, only(2)]) {
      assert.equal(kindAfter(status(64), rule, { addName: true }), 'again-without-name');
      assert.equal(kindAfter(status(64), rule, { addName: false }), 'over');
    }
  });

  it('too many failures in a row are the end', () => {
    assert.equal(kindAfter(status(2), ALWAYS, { failures: FAILURES_MAX - 1 }), 'again');
    assert.equal(kindAfter(status(2), ALWAYS, { failures: FAILURES_MAX }), 'gave-up');
  });

  it('a healthy life makes all failures before it forgotten', () => {
    const life = { exit: status(2), lifetimeMs: HEALTHY_AFTER_MS };
    const after = afterExit(life, { restart: ALWAYS, addName: false }, FAILURES_MAX, 0.5);
    assert.deepEqual(after, { kind: 'again', delayMs: RESTART_DELAY_MIN_MS, failures: 0 });
  });
});

describe('the wait before the next try', () => {
  it('doubles up to its bound, and is never the same for everybody', () => {
    assertProperty(
      property(
        integer({ min: 1, max: 1000 }),
        double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const delay = delayAfter(failures, random);
          const plain = Math.min(RESTART_DELAY_MIN_MS * 2 ** (failures - 1), RESTART_DELAY_MAX_MS);
          return delay >= Math.floor(plain * 0.8) && delay <= Math.ceil(plain * 1.2);
        },
      ),
    );
    assert.deepEqual(
      [delayAfter(1, 0.5), delayAfter(2, 0.5), delayAfter(9, 0.5)],
      [200, 400, 51_200],
    );
    assert.notEqual(delayAfter(5, 0.1), delayAfter(5, 0.9));
  });
});
