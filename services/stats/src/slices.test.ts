import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Slices } from './slices.ts';

/** How often other work comes in while so many steps are taken, each as long. */
async function interruptions(steps: number, stepMs: number): Promise<number> {
  let nowMs = 0;
  let others = 0;
  let isOver = false;
  const other = (): void => {
    others += 1;
    if (!isOver) setImmediate(other);
  };
  setImmediate(other);
  const slices = new Slices(() => nowMs);
  for (let step = 0; step < steps; step += 1) {
    nowMs += stepMs;
    if (slices.isOver) await slices.pause();
  }
  isOver = true;
  return others;
}

describe('slices', () => {
  it('let other work come in whenever 2 ms have passed', async () => {
    assert.equal(await interruptions(10, 0.1), 0);
    assert.equal(await interruptions(100, 0.5), 25);
    assert.equal(await interruptions(10, 20), 10);
  });
});
