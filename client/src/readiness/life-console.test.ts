import type { ConsoleBus } from '@albatross/shared/bus/console/stream';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { LifeConsole } from './life-console.ts';

const name = parseUnikernelName('hello');
const TICK: ConsoleEntry = {
  seq: 1,
  at: 1000,
  entry: { kind: 'line', bytes: Buffer.from('tick 1'), truncated: false },
};
const PATTERN = /^tick/;

/** One whose console answers as it is told, and tells when it was asked. */
class ToyBus extends EventTarget {
  answer: () => object = () => assert.fail();
  readonly bus: ConsoleBus = {
    // Only histories are asked for here.
    request: async () => {
      setImmediate(() => this.dispatchEvent(new Event('asked')));
      return this.answer() as never;
    },
    follow: () => () => undefined,
    flush: async () => undefined,
    onReconnect: () => () => undefined,
  };
}

function fails(code: 'SERVICE_DOWN' | 'CONSOLE_NOT_FOUND'): () => never {
  return () => {
    throw new Failure(code, `the console says ${code}`);
  };
}

describe('the console of a life', () => {
  it('is in trouble until something was read, and says so when that changes', async () => {
    const toy = new ToyBus();
    const begin = async () => ({ from: { kind: 'since', at: 0 }, lifeNumber: null }) as const;
    const console = new LifeConsole(toy.bus, { name, begin, patterns: [PATTERN] });
    const told: (string | null)[] = [];
    console.onTrouble = (trouble) => void told.push(trouble?.code ?? null);
    assert.equal(console.trouble?.message, 'the console has not answered yet');
    const stop = new AbortController();
    toy.answer = fails('SERVICE_DOWN');
    const reading = console.read(stop.signal);
    // Where it begins is known each time, and nothing is read.
    for (const _ of [1, 2]) {
      await once(toy, 'asked');
      assert.equal(console.trouble.code, 'SERVICE_DOWN');
    }
    toy.answer = () => ({ entries: [TICK], more: false });
    await console.untilFound(PATTERN, stop.signal);
    assert.equal(console.trouble, null);
    stop.abort();
    await reading;
    assert.deepEqual(told, ['SERVICE_DOWN', null]);
  });

  it('is in none when nothing was printed yet', async () => {
    const toy = new ToyBus();
    toy.answer = fails('CONSOLE_NOT_FOUND');
    const begin = async () => ({ from: { kind: 'since', at: 0 }, lifeNumber: null }) as const;
    const console = new LifeConsole(toy.bus, { name, begin, patterns: [PATTERN] });
    const stop = new AbortController();
    const reading = console.read(stop.signal);
    await once(toy, 'asked');
    assert.equal(console.trouble, null);
    stop.abort();
    await reading;
  });
});
