import { Failure } from '@albatross/shared/contracts/failures';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anyTree, askedFor } from '../testing/any-tree.ts';
import { runningTree, ToyTree, type Mishap } from '../testing/toy-tree.ts';
import { carryOut, type Progress } from './carry-out.ts';
import { changesBetween, type Change } from './change.ts';
import { plan } from './plan.ts';
import type { Tree } from './tree.ts';

const SILENT: Progress = { done: () => undefined, ranAgain: () => undefined };

function planned(before: Tree, after: Tree): readonly Change[] {
  return plan(changesBetween(before, after), runningTree(before));
}

/** Null when no order is possible. */
function tryPlan(before: Tree, after: Tree): readonly Change[] | null {
  try {
    return planned(before, after);
  } catch (error) {
    assert.ok(error instanceof Failure && error.code !== 'INTERNAL', String(error));
    return null;
  }
}

const anyMishap = (count: number): fc.Arbitrary<Mishap> =>
  fc.record({
    at: fc.nat(Math.max(0, count - 1)),
    kind: fc.constantFrom('refused', 'half-done', 'unanswered', 'taken'),
  });

const easy = anyTree({ areBlocksShared: false });
const hard = anyTree({ areBlocksShared: true });

describe('a plan', () => {
  it('is there for every pair of trees that can be, and never refused', async () => {
    await fc.assert(
      fc.asyncProperty(easy, easy, async (before, drawn) => {
        const after = askedFor(drawn);
        const toy = new ToyTree(before);
        await carryOut(planned(before, after), toy, SILENT);
        assert.deepEqual(changesBetween(toy, after), []);
        assert.deepEqual(planned(toy, after), []);
      }),
      { numRuns: 500 },
    );
  });

  it('is never refused where there is one, though block devices change hands', async () => {
    await fc.assert(
      fc.asyncProperty(hard, hard, async (before, drawn) => {
        const after = askedFor(drawn);
        const changes = tryPlan(before, after);
        if (changes === null) return;
        const toy = new ToyTree(before);
        await carryOut(changes, toy, SILENT);
        assert.deepEqual(changesBetween(toy, after), []);
      }),
      { numRuns: 500 },
    );
  });

  it('that fails at any step leaves what was there before, and what others made', async () => {
    await fc.assert(
      fc.asyncProperty(hard, hard, fc.gen(), async (before, drawn, gen) => {
        const changes = tryPlan(before, askedFor(drawn)) ?? [];
        if (changes.length === 0) return;
        const mishap = gen(anyMishap, changes.length);
        const toy = new ToyTree(before, mishap);
        await assert.rejects(carryOut(changes, toy, SILENT), isMishap);
        assert.ok(toy.isTheirsUntouched);
        const done = changes.slice(0, mishap.at + (mishap.kind === 'unanswered' ? 1 : 0));
        const isForGood = done.some((one) => one.kind === 'block' && one.after === null);
        const wanted = isForGood ? await carriedOut(before, done) : new ToyTree(askedFor(before));
        const left = changesBetween(toy, wanted).filter((one) => !toy.isTaken(one));
        // What had ended held nothing; to hold it again may not be possible.
        const isGone = ({ name, before: now }: Change): boolean =>
          now === null &&
          [...before.unikernels].some(([one, { state }]) => one === name && state === 'ended');
        assert.deepEqual(
          left.filter((change) => !isGone(change)),
          [],
        );
        for (const [name, content] of wanted.contents)
          assert.equal(toy.contents.get(name), content, name);
      }),
      { numRuns: 500 },
    );
  });

  it('that is broken off at any step is finished by the next', async () => {
    await fc.assert(
      fc.asyncProperty(easy, easy, fc.nat(), async (before, drawn, some) => {
        const after = askedFor(drawn);
        const changes = planned(before, after);
        const toy = new ToyTree(before);
        await carryOut(changes.slice(0, some % (changes.length + 1)), toy, SILENT);
        const rest = planned(toy, after);
        await carryOut(rest, toy, SILENT);
        assert.deepEqual(changesBetween(toy, after), []);
      }),
      { numRuns: 300 },
    );
  });
});

function isMishap(error: unknown): boolean {
  assert.ok(error instanceof Failure);
  return ['DISK_FULL', 'BLOCK_EXISTS', 'UNIKERNEL_EXISTS'].includes(error.code);
}

async function carriedOut(before: Tree, changes: readonly Change[]): Promise<ToyTree> {
  const toy = new ToyTree(before);
  await carryOut(changes, toy, SILENT);
  return toy;
}
