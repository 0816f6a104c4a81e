import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LifeNumbers } from './life-numbers.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-numbers-'));
});
afterEach(async () => await rm(state, { recursive: true }));

async function numbers(used = 0): Promise<LifeNumbers> {
  const made = new LifeNumbers(state);
  await made.prepare(used);
  return made;
}

describe('LifeNumbers', () => {
  it('counts from 1, and at the same time gives nobody the same', async () => {
    const counter = await numbers();
    const taken = await Promise.all(Array.from({ length: 1500 }, () => counter.take()));
    assert.deepEqual(
      taken,
      Array.from({ length: 1500 }, (_, index) => index + 1),
    );
  });

  it('never gives a number again after a crash', async () => {
    const seen = new Set<number>();
    for (let restarts = 0; restarts < 5; restarts += 1) {
      const counter = await numbers();
      for (let n = 0; n < 3; n += 1) {
        const number = await counter.take();
        assert.ok(!seen.has(number));
        seen.add(number);
      }
    }
  });

  for (const [what, text] of [
    ['was lost', null],
    ['is empty', ''],
    ['is damaged', 'no number'],
    ['is behind', '5\n'],
  ] as const) {
    it(`goes on above every number in use when its file ${what}`, async () => {
      if (text !== null) await writeFile(join(state, 'life-counter'), text);
      assert.equal(await (await numbers(41)).take(), 42);
    });
  }

  it('tells everybody who waits when a number cannot be set aside, and recovers', async () => {
    const counter = await numbers();
    await rm(state, { recursive: true });
    const waiting = await Promise.allSettled([counter.take(), counter.take()]);
    assert.deepEqual(
      waiting.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await mkdir(state);
    assert.equal(await counter.take(), 1);
    assert.deepEqual(await readdir(state), ['life-counter']);
  });
});
