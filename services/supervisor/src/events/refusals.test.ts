import type { EventDraft } from '@albatross/shared/contracts/event';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { REFUSALS_MAX, REFUSALS_PER_ACTOR_MAX, REFUSALS_WINDOW_MS, Refusals } from './refusals.ts';

/** Refusals, what became of them, and a clock. */
class RefusalsUnderTest {
  readonly recorded: string[] = [];
  readonly clock = { now: 1_000_000 };
  readonly refusals: Refusals;
  readonly #test: TestContext;

  constructor(t: TestContext) {
    this.#test = t;
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const record = (draft: EventDraft): void => {
      assert.ok(draft.type === 'refused');
      const { actor, name, request, code, times, requestId } = draft;
      this.recorded.push(`${actor} ${name} ${request} ${code} ${times} ${requestId}`);
    };
    this.refusals = new Refusals({ record }, () => this.clock.now);
  }

  refuse(name: string, actor = 'admin', request = 'unikernel.create'): this {
    const common = { requestId: 'request-1', code: 'POLICY_EXCEEDED' } as const;
    this.refusals.refused({ ...common, name: parseName(name), actor, request });
    return this;
  }

  pass(ms: number): this {
    this.clock.now += ms;
    this.#test.mock.timers.tick(ms);
    return this;
  }

  /** What was recorded since it was last asked for. */
  get news(): readonly string[] {
    return this.recorded.splice(0);
  }
}

const first = (name: string, actor = 'admin'): string =>
  `${actor} ${name} unikernel.create POLICY_EXCEEDED 1 request-1`;
const together = (name: string, times: number, actor = 'admin'): string =>
  `${actor} ${name} unikernel.create POLICY_EXCEEDED ${times} null`;

describe('refusals', () => {
  it('are recorded at once when they are the first of their kind', (t) => {
    const seen = new RefusalsUnderTest(t);
    seen.refuse('a').refuse('b').refuse('a', 'tls:1;foo').refuse('a', 'admin', 'unikernel.stop');
    assert.deepEqual(seen.news, [
      first('a'),
      first('b'),
      first('a', 'tls:1;foo'),
      'admin a unikernel.stop POLICY_EXCEEDED 1 request-1',
    ]);
    assert.deepEqual(seen.pass(3 * REFUSALS_WINDOW_MS).news, []);
  });

  it('that are repeated are recorded together when their time is over', (t) => {
    const seen = new RefusalsUnderTest(t);
    for (let i = 0; i < 8; i += 1) seen.refuse('a');
    assert.deepEqual(seen.news, [first('a')]);
    assert.deepEqual(seen.pass(REFUSALS_WINDOW_MS - 1).refuse('b').news, [first('b')]);
    assert.deepEqual(seen.pass(1).news, [together('a', 7)]);
    assert.deepEqual(seen.pass(REFUSALS_WINDOW_MS).refuse('a').news, [first('a')]);
  });

  it('that go on for ever are one event a while', (t) => {
    const seen = new RefusalsUnderTest(t);
    for (let i = 0; i < 600; i += 1) seen.refuse('a').pass(1000);
    const perWindow = REFUSALS_WINDOW_MS / 1000;
    assert.deepEqual(seen.news, [
      first('a'),
      together('a', perWindow - 1),
      ...Array.from({ length: 9 }, () => together('a', perWindow)),
    ]);
  });

  it('of one caller about more names than can be told apart are told together', (t) => {
    const seen = new RefusalsUnderTest(t);
    for (let i = 0; i < 1000; i += 1) seen.refuse(`a${i}`);
    const { news } = seen;
    assert.equal(news.length, REFUSALS_PER_ACTOR_MAX + 1);
    assert.equal(news.at(-1), together(':', 1));
    assert.deepEqual(seen.refuse('a0', 'tls:1;foo').news, [first('a0', 'tls:1;foo')]);
    assert.deepEqual(seen.pass(REFUSALS_WINDOW_MS).news, [
      together(':', 1000 - REFUSALS_PER_ACTOR_MAX - 1),
    ]);
  });

  it('of more callers than can be told apart are told together', (t) => {
    const seen = new RefusalsUnderTest(t);
    for (let i = 0; i < 1000; i += 1) seen.refuse('a', `tls:${i};foo`);
    const { news } = seen;
    assert.equal(news.length, REFUSALS_MAX + 1);
    assert.equal(news.at(-1), together(':', 1, '*'));
    assert.deepEqual(seen.pass(REFUSALS_WINDOW_MS).news, [
      together(':', 1000 - REFUSALS_MAX - 1, '*'),
    ]);
    assert.deepEqual(seen.refuse('b').news, [first('b')]);
  });

  it('are not kept back for ever by a clock that is set back', (t) => {
    const seen = new RefusalsUnderTest(t);
    seen.refuse('a').refuse('a');
    seen.clock.now -= 3_600_000;
    assert.deepEqual(seen.pass(REFUSALS_WINDOW_MS).news, [first('a'), together('a', 1)]);
  });

  it('that were not told yet are told when they are closed', (t) => {
    const seen = new RefusalsUnderTest(t);
    seen.refuse('a').refuse('a').refuse('b');
    seen.refusals[Symbol.dispose]();
    assert.deepEqual(seen.news, [first('a'), first('b'), together('a', 1)]);
    assert.deepEqual(seen.pass(3 * REFUSALS_WINDOW_MS).news, []);
  });
});
