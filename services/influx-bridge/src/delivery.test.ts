import * as fc from 'fast-check';
import type { KeptSample } from '@albatross/shared/bus/stats-reader';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from './database.ts';
import { deliver } from './delivery.ts';
import { keptDouble } from './testing/kept-doubles.ts';

const never = new AbortController().signal;
const linesOf = ({ sample }: KeptSample): readonly string[] => [sample.name];
const names = (samples: readonly KeptSample[]): readonly string[] =>
  samples.map(({ sample }) => sample.name);

/** Refuses what holds a name of `bad`, and fails once it was asked `fails` times. */
function databaseOf(bad: ReadonlySet<string>, fails = Infinity) {
  const writes: (readonly string[])[] = [];
  const write = async (lines: readonly string[]): Promise<Outcome> => {
    if (writes.length >= fails) return { kind: 'failed', why: 'gone' };
    writes.push(lines);
    return lines.some((line) => bad.has(line))
      ? { kind: 'refused', why: 'bad' }
      : { kind: 'written' };
  };
  return { writes, database: { write } };
}

describe('a delivery', () => {
  it('is one write when the database takes it', async () => {
    const { writes, database } = databaseOf(new Set());
    const samples = ['a', 'b', 'c'].map((name) => keptDouble(name));
    const { written, refused, left, why } = await deliver(samples, {
      database,
      linesOf,
      stop: never,
    });
    assert.deepEqual([names(written), refused, left, why], [['a', 'b', 'c'], [], [], null]);
    assert.deepEqual(writes, [['a', 'b', 'c']]);
  });

  it('finds exactly those that are refused, and writes each of the others once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (isBad) => {
        const samples = isBad.map((_, index) => keptDouble(`u${index}`));
        const bad = new Set(names(samples).filter((_, index) => isBad[index]));
        const { writes, database } = databaseOf(bad);
        const delivery = await deliver(samples, { database, linesOf, stop: never });
        assert.deepEqual(names(delivery.refused.map(({ kept }) => kept)), [...bad]);
        assert.deepEqual([delivery.left, delivery.why], [[], null]);
        const taken = writes.filter((lines) => !lines.some((line) => bad.has(line))).flat();
        assert.deepEqual(taken, names(delivery.written));
        assert.equal(taken.length + bad.size, samples.length);
        assert.ok(writes.length <= 2 * samples.length);
      }),
    );
  });

  it('loses track of none, whenever the database fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.nat(40),
        async (isBad, fails) => {
          const samples = isBad.map((_, index) => keptDouble(`u${index}`));
          const bad = new Set(names(samples).filter((_, index) => isBad[index]));
          const { database } = databaseOf(bad, fails);
          const { written, refused, left, why } = await deliver(samples, {
            database,
            linesOf,
            stop: never,
          });
          const all = [...written, ...refused.map(({ kept }) => kept), ...left];
          assert.deepEqual(new Set(all), new Set(samples));
          assert.equal(all.length, samples.length);
          assert.equal(why, left.length === 0 ? null : 'gone');
          for (const one of names(written)) assert.ok(!bad.has(one));
        },
      ),
    );
  });

  it('writes nothing any more when it is to stop, and nothing for what has no lines', async () => {
    const { writes, database } = databaseOf(new Set());
    const samples = [keptDouble('a')];
    const stopped = await deliver(samples, { database, linesOf, stop: AbortSignal.abort() });
    assert.deepEqual([stopped.left, stopped.why], [samples, null]);
    const none = await deliver(samples, { database, linesOf: () => [], stop: never });
    assert.deepEqual(none.written, samples);
    assert.deepEqual(writes, []);
  });
});
