import { eventually } from '@albatross/shared/bus/testing/asserts';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextDue, Rhythm } from './rhythm.ts';

describe('what is due next', () => {
  it('is an interval after the last, whenever that was carried out', () => {
    assert.deepEqual(nextDue(1000, 100, 1000), { dueMs: 1100, skipped: 0 });
    assert.deepEqual(nextDue(1000, 100, 1099), { dueMs: 1100, skipped: 0 });
    // The timer came early.
    assert.deepEqual(nextDue(1000, 100, 999.5), { dueMs: 1100, skipped: 0 });
  });

  it('is not what passed while the last took too long', () => {
    assert.deepEqual(nextDue(1000, 100, 1100), { dueMs: 1200, skipped: 1 });
    assert.deepEqual(nextDue(1000, 100, 1350), { dueMs: 1400, skipped: 3 });
  });

  it('lies ahead, by no more than an interval, in step with the first', () => {
    const ms = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(ms, fc.integer({ min: 1, max: 3_600_000 }), ms, (last, interval, later) => {
        const now = last + later;
        const { dueMs, skipped } = nextDue(last, interval, now);
        assert.ok(dueMs > now && dueMs <= now + interval);
        assert.equal(dueMs, last + (skipped + 1) * interval);
      }),
    );
  });
});

describe('a rhythm', () => {
  it('calls again and again, never twice at a time, and not before an interval', async () => {
    // Timers count from when this turn of the event loop began: so let it be now.
    await new Promise(setImmediate);
    const begunAt = performance.now();
    const beats: number[] = [];
    let underWay = 0;
    const rhythm = new Rhythm({
      intervalMs: 20,
      onBeat: async () => {
        underWay += 1;
        assert.equal(underWay, 1);
        beats.push(performance.now());
        // Longer than an interval.
        if (beats.length === 2) await new Promise((resolve) => setTimeout(resolve, 70));
        underWay -= 1;
      },
      onDefect: (error) => assert.fail(String(error)),
    });
    await eventually('it has called often', () => beats.length === 5);
    await rhythm[Symbol.asyncDispose]();
    assert.ok((beats[0] ?? 0) - begunAt >= 18);
    assert.ok(rhythm.skipped >= 2);
  });

  it('goes on after a defect', async () => {
    const defects: unknown[] = [];
    await using rhythm = new Rhythm({
      intervalMs: 5,
      onBeat: async () => await Promise.reject(new Error('a defect')),
      onDefect: (error) => defects.push(error),
    });
    await eventually('it was told twice', () => defects.length > 1);
    assert.ok(rhythm.skipped >= 0);
  });

  it('that is ended waits for the call that is under way, and calls no more', async () => {
    let calls = 0;
    let end: () => void = () => undefined;
    const rhythm = new Rhythm({
      intervalMs: 5,
      onBeat: async () => {
        calls += 1;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      onDefect: (error) => assert.fail(String(error)),
    });
    await eventually('it has called', () => calls === 1);
    const over = rhythm[Symbol.asyncDispose]();
    const first = await Promise.race([
      over.then(() => 'it is over'),
      new Promise((resolve) => setImmediate(resolve, 'it waits')),
    ]);
    assert.equal(first, 'it waits');
    end();
    await over;
    assert.equal(calls, 1);
  });
});
