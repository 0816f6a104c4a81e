import { deferred } from '@albatross/shared/bus/deferred';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turns } from './turns.ts';

describe('Turns', () => {
  it('lets work on one key happen one after the other, in the order it was asked for', async () => {
    const turns = new Turns<string>();
    const [first, second] = [deferred(), deferred()];
    const said: string[] = [];
    const work = (name: string, until: Promise<void>) => async () => {
      said.push(`${name} begins`);
      await until;
      said.push(`${name} ends`);
    };
    const all = Promise.all([
      turns.take('a', work('first', first.promise)),
      turns.take('a', work('second', second.promise)),
    ]);
    second.resolve();
    first.resolve();
    await all;
    assert.deepEqual(said, ['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('lets work on different keys happen at the same time', async () => {
    const turns = new Turns<string>();
    const gate = deferred();
    const held = turns.take('a', async () => await gate.promise);
    assert.equal(await turns.take('b', async () => 'done'), 'done');
    gate.resolve();
    await held;
  });

  it('tells a failure to whoever asked for that work, and goes on with the next', async () => {
    const turns = new Turns<string>();
    const failing = turns.take('a', async () => await Promise.reject(new Error('no')));
    const next = turns.take('a', async () => 'yes');
    await assert.rejects(failing, { message: 'no' });
    assert.equal(await next, 'yes');
  });

  it('does not begin the next before a failed one has cleaned up', async () => {
    const turns = new Turns<string>();
    let isClean = false;
    const failing = turns.take('a', async () => {
      try {
        await Promise.reject(new Error('no'));
      } finally {
        isClean = true;
      }
    });
    const next = turns.take('a', async () => isClean);
    await assert.rejects(failing);
    assert.equal(await next, true);
  });
});
