import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { HandshakeError } from './handshake.ts';
import {
  HANDSHAKE_BYTES_MAX,
  CERTIFICATES_BYTES_MAX,
  HANDSHAKES_MAX,
  HANDSHAKES_PER_ADDRESS_MAX,
  HandshakeTurns,
  LARGE_CERTIFICATES_BYTES_MAX,
  LARGE_TURN_WAIT_MS,
  TURN_MS_MIN,
  type Turn,
} from './handshake-turns.ts';

const never = (): AbortController => new AbortController();

interface Taken extends Turn {
  readonly pushedOut: AbortSignal;
}

/** What was taken so far; whoever waits is not in it. */
function taking(turns: HandshakeTurns, groups: readonly string[]): Taken[] {
  const taken: Taken[] = [];
  for (const group of groups) {
    const end = never();
    turns.take(group, end).then(
      (turn) => taken.push({ ...turn, pushedOut: end.signal }),
      () => undefined,
    );
  }
  return taken;
}

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

const addresses = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `address ${index}`);

/** So many of each of them. */
const shares = (count: number, groups: readonly string[]): readonly string[] =>
  groups.flatMap((group) => Array.from({ length: count }, () => group));

const FOUR = ['a', 'b', 'c', 'd'];

/** Time that passes only as it is told to. */
function stopped(t: TestContext): { readonly pass: (ms: number) => Promise<void> } {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return {
    pass: async (ms) => {
      now += ms;
      t.mock.timers.tick(ms);
      await settled();
    },
  };
}

const arePushedOut = (turns: readonly Taken[]): number =>
  turns.filter(({ pushedOut }) => pushedOut.aborted).length;

describe('turns to shake hands', () => {
  it('are bounded, and others wait in order', async () => {
    const turns = new HandshakeTurns({ hasLarge: false });
    const taken = taking(turns, addresses(HANDSHAKES_MAX + 2));
    await settled();
    assert.deepEqual([taken.length, turns.counts.waiting], [HANDSHAKES_MAX, 2]);
    taken[5]?.[Symbol.dispose]();
    taken[5]?.[Symbol.dispose]();
    await settled();
    assert.deepEqual([taken.length, turns.counts.waiting], [HANDSHAKES_MAX + 1, 1]);
    assert.equal(turns.counts.active, HANDSHAKES_MAX);
  });

  it('of one address do not keep others from theirs', async () => {
    const turns = new HandshakeTurns({ hasLarge: false });
    const greedy = taking(
      turns,
      Array.from({ length: 200 }, () => 'one'),
    );
    const [other] = taking(turns, ['another']);
    await settled();
    assert.equal(greedy.length, HANDSHAKES_PER_ADDRESS_MAX);
    assert.equal(other, undefined);
    assert.equal(turns.counts.active, HANDSHAKES_PER_ADDRESS_MAX + 1);
  });

  it('never allow more memory than there is for it', async () => {
    const turns = new HandshakeTurns({ hasLarge: true });
    const taken = taking(turns, addresses(HANDSHAKES_MAX * 2));
    await settled();
    const large = taken.filter(({ size }) => size === 'large').length;
    assert.ok(large >= 1);
    assert.equal(taken.length, large);
    const bytes =
      large * LARGE_CERTIFICATES_BYTES_MAX + (HANDSHAKES_MAX - large) * CERTIFICATES_BYTES_MAX;
    assert.ok(bytes <= HANDSHAKE_BYTES_MAX, `${bytes}`);
  });

  it('that find no large one free are small ones after a while', async () => {
    const turns = new HandshakeTurns({ hasLarge: true });
    const first = taking(turns, addresses(3));
    await settled();
    assert.deepEqual(
      first.map(({ size }) => size),
      ['large', 'large', 'large'],
    );
    const started = performance.now();
    const late = await turns.take('late', never());
    assert.equal(late.size, 'small');
    assert.ok(performance.now() - started >= 990);
    const waiting = turns.take('later', never());
    first[0]?.[Symbol.dispose]();
    assert.equal((await waiting).size, 'large');
  });

  it('leave a large one for others than one address', async () => {
    const turns = new HandshakeTurns({ hasLarge: true });
    taking(turns, ['one', 'one', 'one']);
    assert.equal((await turns.take('another', never())).size, 'large');
  });

  it('are given up by who is late', async () => {
    const turns = new HandshakeTurns({ hasLarge: false });
    const late = new AbortController();
    taking(turns, addresses(HANDSHAKES_MAX));
    const waiting = turns.take('late', late);
    late.abort(new Error('late'));
    await assert.rejects(waiting, { message: 'late' });
    assert.equal(turns.counts.waiting, 0);
  });

  it('go to whoever has the fewest, whoever came first', async () => {
    const turns = new HandshakeTurns({ hasLarge: false });
    const taken = taking(turns, addresses(HANDSHAKES_MAX));
    await settled();
    const order: string[] = [];
    for (const group of ['address 1', 'address 1', 'new', 'new', 'newer'])
      void turns.take(group, never()).then(() => order.push(group));
    for (const end of [0, 2, 3, 4]) {
      taken[end]?.[Symbol.dispose]();
      await settled();
    }
    assert.deepEqual(order, ['new', 'newer', 'address 1', 'new']);
    assert.equal(turns.counts.waiting, 1);
  });

  it('of addresses that have all of them end for another one, after a second', async (t) => {
    const time = stopped(t);
    const turns = new HandshakeTurns({ hasLarge: false });
    const silent = taking(turns, shares(HANDSHAKES_PER_ADDRESS_MAX, FOUR));
    const again = taking(turns, shares(HANDSHAKES_PER_ADDRESS_MAX, FOUR));
    await settled();
    assert.equal(silent.length, HANDSHAKES_MAX);
    await time.pass(TURN_MS_MIN / 2);
    const honest = taking(turns, ['honest']);
    await settled();
    assert.deepEqual([honest.length, arePushedOut(silent)], [0, 0]);
    await time.pass(TURN_MS_MIN / 2 + 1);
    assert.deepEqual([honest.length, arePushedOut(silent), again.length], [1, 1, 0]);
    const { reason } = silent[0]?.pushedOut ?? assert.fail();
    assert.ok(reason instanceof HandshakeError);
    assert.equal(reason.refusal.reason, 'too-many-from-address');
    // Over already, so it makes no room.
    silent[0]?.[Symbol.dispose]();
    assert.equal(turns.counts.active, HANDSHAKES_MAX);
    // Those who come now do not wait at all.
    const others = taking(turns, addresses(12));
    await settled();
    assert.deepEqual([others.length, arePushedOut(silent)], [12, 13]);
    assert.equal(turns.counts.active, HANDSHAKES_MAX);
  });

  it('end for nobody who has nearly as many', async (t) => {
    const time = stopped(t);
    const turns = new HandshakeTurns({ hasLarge: false });
    const taken = taking(turns, addresses(HANDSHAKES_MAX));
    const others = taking(turns, ['new', 'address 3']);
    await time.pass(9 * TURN_MS_MIN);
    assert.deepEqual([taken.length, others.length, arePushedOut(taken)], [HANDSHAKES_MAX, 0, 0]);
  });

  it('end for nobody who waits for a large one', async (t) => {
    const time = stopped(t);
    const turns = new HandshakeTurns({ hasLarge: true });
    const silent = taking(turns, shares(HANDSHAKES_PER_ADDRESS_MAX, FOUR));
    await time.pass(LARGE_TURN_WAIT_MS + 1);
    assert.deepEqual([silent.length, turns.counts.large], [HANDSHAKES_MAX, 3]);
    await time.pass(TURN_MS_MIN + 1);
    const honest = taking(turns, ['honest']);
    await settled();
    assert.deepEqual([honest.length, arePushedOut(silent)], [0, 0]);
    await time.pass(LARGE_TURN_WAIT_MS + 1);
    assert.deepEqual([honest.length, arePushedOut(silent)], [1, 1]);
  });
});
