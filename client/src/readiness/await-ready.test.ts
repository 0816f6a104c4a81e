import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { awaitReady, type Readiness } from './await-ready.ts';
import { parseCheck } from './check.ts';
import { LifeWatch } from './life-watch.ts';
import type { Lookout } from './lookout.ts';
import { GONE, type Seen } from './seen.ts';

const up = (life: number, isNamed: boolean | null = true): Seen => ({
  kind: 'up',
  life,
  isNamed,
  before: 'ended with status 3',
  endedLife: null,
});

/** Sees one thing after the other, the last again and again; a failure is thrown. */
function lookout(...seen: readonly (Seen | Failure)[]): Lookout & { readonly looks: () => number } {
  let looks = 0;
  return {
    look: async () => {
      const one = seen[Math.min(looks, seen.length - 1)] ?? assert.fail();
      looks += 1;
      if (one instanceof Failure) throw one;
      return one;
    },
    isPassing: (error) => error instanceof Failure && error.code === 'SERVICE_DOWN',
    everyMs: 5,
    onHint: () => ({ [Symbol.dispose]: () => undefined }),
    looks: () => looks,
  };
}

interface Given {
  readonly checks?: readonly string[];
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
  readonly found?: (signal: AbortSignal) => Promise<void>;
  readonly trouble?: Failure | null;
}

async function ready(
  there: Lookout,
  { checks = ['up:0.05'], withinMs = 5_000, signal, found, trouble = null }: Given = {},
): Promise<Readiness> {
  const watch = new LifeWatch(there, { life: 1, isNamed: true });
  const console =
    found === undefined
      ? null
      : { trouble, untilFound: async (_: RegExp, over: AbortSignal) => await found(over) };
  const options = { checks: checks.map(parseCheck), withinMs };
  return await awaitReady(
    { ...options, signal: signal ?? new AbortController().signal },
    { watch, console },
  );
}

const aborted = async (signal: AbortSignal): Promise<void> => void (await once(signal, 'abort'));

describe('waiting until it is ready', () => {
  it('ends when it stayed up, and not before', async () => {
    const outcome = await ready(lookout(up(1)));
    assert.ok(outcome.kind === 'ready' && outcome.afterMs >= 45, JSON.stringify(outcome));
  });

  it('ends when it has fallen, whatever holds', async () => {
    assert.deepEqual(await ready(lookout(up(1), GONE), { checks: ['up:50'], withinMs: 60_000 }), {
      kind: 'not-ready',
      why: 'was destroyed',
    });
    assert.deepEqual(await ready(lookout(up(1), up(2)), { checks: ['up:50'], withinMs: 60_000 }), {
      kind: 'not-ready',
      why: 'ended with status 3, and was started again',
    });
    // It printed what it should, and that was the last it did.
    const found = async (): Promise<void> => undefined;
    const last = await ready(lookout(up(1), GONE), { checks: ['console:x'], found });
    assert.deepEqual(last, { kind: 'not-ready', why: 'was destroyed' });
  });

  it('begins anew with the life in which a guest does without its name', async () => {
    const there = lookout(up(1), up(2, false));
    assert.equal((await ready(there)).kind, 'ready');
  });

  it('says which checks do not hold in time, and why', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const checks = ['up:0.01', `tcp:127.0.0.1:${port}`, 'console:ready'];
    const outcome = await ready(lookout(up(1)), { checks, withinMs: 200, found: aborted });
    assert.deepEqual(outcome, {
      kind: 'not-ready',
      why: `tcp:127.0.0.1:${port} was not met (ECONNREFUSED), and console:ready was not met within 0.2 s`,
    });
  });

  it('ends when somebody accepts a connection', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const outcome = await ready(lookout(up(1)), { checks: [`tcp:127.0.0.1:${port}`] });
    server.close();
    assert.equal(outcome.kind, 'ready');
  });

  it('takes it for no end that nobody answers, and says so when that does not pass', async () => {
    const down = new Failure('SERVICE_DOWN', 'the supervisor is not there');
    assert.equal((await ready(lookout(down, down, down, up(1)))).kind, 'ready');
    assert.deepEqual(await ready(lookout(down), { withinMs: 100 }), {
      kind: 'unknown',
      why: 'the supervisor is not there',
    });
    const denied = new Failure('PERMISSION_DENIED', 'not you');
    assert.deepEqual(await ready(lookout(denied)), { kind: 'unknown', why: 'not you' });
  });

  it('ends when somebody interrupts it, though nobody answers', async () => {
    const stop = new AbortController();
    const never: Lookout = { ...lookout(up(1)), look: async () => await new Promise(() => {}) };
    const waiting = ready(never, { signal: stop.signal });
    setImmediate(() => stop.abort());
    assert.deepEqual(await waiting, { kind: 'interrupted' });
  });

  it('says when a pattern cannot be tried', async () => {
    const found = async (): Promise<void> => {
      throw new Failure('USAGE_INVALID', 'the pattern takes too long');
    };
    assert.deepEqual(await ready(lookout(up(1)), { checks: ['console:x'], found }), {
      kind: 'unknown',
      why: 'the pattern takes too long',
    });
  });

  it('does not know of lines that nobody could read', async () => {
    const trouble = new Failure('SERVICE_DOWN', 'the console is not there');
    const checks = ['console:tick', 'up:0.01'];
    const given = { checks, withinMs: 100, found: aborted, trouble };
    assert.deepEqual(await ready(lookout(up(1)), given), {
      kind: 'unknown',
      why: 'console:tick cannot be looked for: the console is not there',
    });
    // What was found before is known, and so is an end.
    const found = async (): Promise<void> => undefined;
    assert.equal((await ready(lookout(up(1)), { ...given, found })).kind, 'ready');
    assert.equal((await ready(lookout(up(1), GONE), given)).kind, 'not-ready');
  });

  it('does not take one for ready that is being stopped', async () => {
    const stopping: Seen = { kind: 'unclear' };
    const found = async (): Promise<void> => undefined;
    const given = { checks: ['console:x'], found, withinMs: 100 };
    assert.deepEqual(await ready(lookout(up(1), stopping, stopping, GONE), given), {
      kind: 'not-ready',
      why: 'was destroyed',
    });
    assert.deepEqual(await ready(lookout(up(1), stopping), given), {
      kind: 'not-ready',
      why: 'it was not seen up at the end within 0.1 s',
    });
  });

  it('counts from when it was seen up', async () => {
    const starting: Seen = { kind: 'unclear' };
    const slow = lookout(...Array.from({ length: 20 }, () => starting), up(1));
    const outcome = await ready(slow, { checks: ['up:0.1'] });
    // Before that, each look but the first comes 5 ms after another.
    assert.ok(outcome.kind === 'ready' && outcome.afterMs >= 150, JSON.stringify(outcome));
    const never = await ready(lookout(starting), { checks: ['up:0.01'], withinMs: 100 });
    assert.deepEqual(never, { kind: 'not-ready', why: 'up:0.01 was not met within 0.1 s' });
  });
});
