import { deferred } from '@albatross/shared/bus/deferred';
import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { asked, isFresh, OUTCOME_KEPT_MS, Outcomes, OUTCOMES_MAX } from './outcomes.ts';

const ADMIN = { identity: 'admin', actor: 'admin' } as const;
const OTHER = { identity: 'local-gateway', actor: 'local-gateway' } as const;

const request = { id: 'request-1', name: 'hello' };
const otherRequest = { ...request, name: 'other' };
const ask = asked(ADMIN, 'create', request);

let now: number;
let outcomes: Outcomes;
let works: number;
const work = async (): Promise<{ works: number }> => {
  works += 1;
  return { works };
};

beforeEach(() => {
  now = 1_000_000;
  works = 0;
  outcomes = new Outcomes(() => now);
});

describe('a request that changes something', () => {
  it('is carried out once, and a repetition is answered the same', async () => {
    assert.deepEqual(await outcomes.once(ask, work), { works: 1 });
    assert.deepEqual(await outcomes.once(asked(ADMIN, 'create', request), work), { works: 1 });
  });

  it('is not carried out again while it is under way', async () => {
    const gate = deferred();
    const slow = async (): Promise<{ works: number }> => {
      await gate.promise;
      return await work();
    };
    const both = Promise.all([outcomes.once(ask, slow), outcomes.once(ask, slow)]);
    gate.resolve();
    assert.deepEqual(await both, [{ works: 1 }, { works: 1 }]);
  });

  it('fails the same when it is repeated', async () => {
    const failing = async (): Promise<object> => {
      works += 1;
      throw new Error(`failed ${works}`);
    };
    await assert.rejects(outcomes.once(ask, failing), { message: 'failed 1' });
    await assert.rejects(outcomes.once(ask, work), { message: 'failed 1' });
  });

  it('is another one when somebody else asks with the same id', async () => {
    await outcomes.once(ask, work);
    assert.deepEqual(await outcomes.once(asked(OTHER, 'create', request), work), { works: 2 });
  });

  for (const [what, other] of [
    ['body', asked(ADMIN, 'create', otherRequest)],
    ['verb', asked(ADMIN, 'destroy', request)],
  ] as const) {
    it(`is refused when its id was used with another ${what}`, async () => {
      await outcomes.once(ask, work);
      assert.equal(await failureCode(outcomes.once(other, work)), 'ID_REUSED');
      assert.equal(works, 1);
    });
  }

  it('is answered as before a restart', async () => {
    outcomes.restore({ ...ask, at: now, reply: { works: 7 } });
    assert.deepEqual(await outcomes.once(ask, work), { works: 7 });
  });
});

it('a failure that is remembered holds nothing of the work that failed', async () => {
  const ref = await failWithMuch();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a promise that was settled just now still has on the stack goes with the next turn.
  await setImmediate();
  collect();
  assert.equal(ref.deref(), undefined);
  assert.equal(await failureCode(outcomes.once(ask, work)), 'NAME_INVALID');
});

/** Whatever it used can be told by what is returned. */
async function failWithMuch(): Promise<WeakRef<Uint8Array>> {
  const much = new Uint8Array(2 ** 20);
  const failing = async (): Promise<object> => {
    throw new Failure('NAME_INVALID', `of ${much.length} bytes`);
  };
  await failureCode(outcomes.once(ask, failing));
  return new WeakRef(much);
}

describe('outcomes are forgotten', () => {
  const another = async (n: number): Promise<void> => {
    await outcomes.once(asked(ADMIN, 'create', { id: `another-${n}` }), async () => ({}));
  };

  it('when they are old, with the next request', async () => {
    await outcomes.once(ask, work);
    now += OUTCOME_KEPT_MS;
    await another(1);
    assert.deepEqual(await outcomes.once(ask, work), { works: 1 });
    now += 1;
    await another(2);
    assert.deepEqual(await outcomes.once(ask, work), { works: 2 });
  });

  it('the oldest first, when there are too many', async () => {
    await outcomes.once(ask, work);
    for (let n = 1; n < OUTCOMES_MAX; n += 1) await another(n);
    assert.deepEqual(await outcomes.once(ask, work), { works: 1 });
    await another(OUTCOMES_MAX);
    assert.deepEqual(await outcomes.once(ask, work), { works: 2 });
  });

  it('on the disk as old as in memory', () => {
    const outcome = { ...ask, at: now, reply: {} };
    assert.equal(isFresh(outcome, now + OUTCOME_KEPT_MS), true);
    assert.equal(isFresh(outcome, now + OUTCOME_KEPT_MS + 1), false);
  });
});
