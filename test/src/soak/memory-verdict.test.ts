import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  HEAP_ALLOWED_BYTES,
  judgeHeap,
  judgeMemory,
  medianOf,
  slopeOf,
  type Sample,
} from './memory-verdict.ts';

const MIB = 2 ** 20;
const MINUTES = 30;
const AT_REST = { restBefore: 40 * MIB, restAfter: 40 * MIB };

describe('memory', () => {
  it('is flat when it goes up and down', () => {
    const samples = course((at) => 60 + 8 * Math.sin(at / 7_000));
    const { problems, found } = judgeMemory({ name: 'console', samples, ...AT_REST });
    assert.deepEqual(problems, []);
    assert.match(found, /^6\d\.\d -> \d+\.\d MiB under load, .* a minute; 40\.0 -> 40\.0 at rest$/);
  });

  it('is flat when it fills its caches first', () => {
    const samples = course((at) => 60 + Math.min(40, at / 5_000));
    assert.deepEqual(judgeMemory({ name: 'console', samples, ...AT_REST }).problems, []);
  });

  it('grows when four mebibytes are lost every minute', () => {
    const samples = course((at) => 60 + (4 * at) / 60_000);
    const { problems, found } = judgeMemory({ name: 'console', samples, ...AT_REST });
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /^it grew under load from \d+\.\d to \d+\.\d MiB, by more than/,
    );
    assert.match(found, /\+4\.0 a minute/);
  });

  it('grows when one collection at the end hides it from a line', () => {
    const samples = course((at) => (at > 0.97 * MINUTES * 60_000 ? 40 : 60 + (5 * at) / 60_000));
    assert.equal(judgeMemory({ name: 'console', samples, ...AT_REST }).problems.length, 1);
  });

  it('is not flat when it is kept after the load', () => {
    const rests = { restBefore: 40 * MIB, restAfter: 100 * MIB };
    const { problems } = judgeMemory({ name: 'console', samples: course(() => 60), ...rests });
    assert.deepEqual(problems, ['it grew at rest from 40.0 to 100.0 MiB, by more than 52.0']);
  });

  it('says nothing of a process that was hardly there', () => {
    const samples = course(() => 60).slice(0, 5);
    const { problems } = judgeMemory({ name: 'console', samples, ...AT_REST });
    assert.deepEqual(problems, ['it was not there long enough']);
  });

  it('has a slope by least squares, and a median', () => {
    const samples = [1, 3, 2, 4].map((bytes, at) => ({ at, bytes }));
    assert.equal(slopeOf(samples), 0.8);
    assert.equal(slopeOf([]), 0);
    assert.equal(medianOf(samples), 2);
    assert.equal(medianOf([]), 0);
  });
});

describe('a heap', () => {
  const before = 20 * MIB;
  const most = before + HEAP_ALLOWED_BYTES + 0.1 * before;

  it('may hold a little more at rest than before the load, and what is known to be kept', () => {
    assert.deepEqual(judgeHeap('stats', { before, after: most }).problems, []);
    const kept = 5 * MIB;
    assert.deepEqual(judgeHeap('stats', { before, after: most + kept, kept }).problems, []);
  });

  it('leaks when it holds more', () => {
    const { found, problems } = judgeHeap('stats', { before, after: most + MIB });
    assert.equal(found, '20.0 -> 31.0 MiB held at rest');
    assert.deepEqual(problems, ['it grew at rest from 20.0 to 31.0 MiB, by more than 10.0']);
  });
});

function course(mebibytesAt: (ms: number) => number): readonly Sample[] {
  return Array.from({ length: 60 * MINUTES }, (_, second) => {
    return { at: second * 1000, bytes: mebibytesAt(second * 1000) * MIB };
  });
}
