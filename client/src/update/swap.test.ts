import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Readiness } from '../readiness/await-ready.ts';
import { READY_DEFAULT } from '../readiness/wait-options.ts';
import { replaceable, type Replaceable } from './running-here.ts';
import { runningUnikernel } from '../testing/state-entries.ts';
import { downloadImage, type DownloadedImage } from './downloaded-image.ts';
import { swap, type Swapped } from './swap.ts';
import type { Replaced, System } from './system.ts';

const OLD_BYTES = Buffer.from('old');
const NEW_BYTES = Buffer.from('new');
const FALLEN: Readiness = { kind: 'not-ready', why: 'ended with status 3' };
const READY: Readiness = { kind: 'ready', afterMs: 5 };

interface Play {
  /** Of the new image, and of the old one once it is put back. */
  readonly readiness?: readonly Readiness[];
  readonly isUp?: boolean;
  /** Which call of `replace` fails, counted from 0, and what is there then. */
  readonly failsAt?: number;
  readonly leaves?: 'old' | 'new' | 'nothing' | Failure;
  readonly fetched?: Buffer;
  readonly ready?: null;
}

/** What was done, and what came of it. */
async function play({
  readiness = [],
  isUp = true,
  failsAt,
  leaves = 'old',
  fetched,
  ready,
}: Play = {}): Promise<{
  readonly done: readonly string[];
  readonly swapped: Swapped;
}> {
  const done: string[] = [];
  const left = [...readiness];
  await using image = await imageOf(NEW_BYTES);
  await using before = await imageOf(OLD_BYTES);
  const old: Replaceable = {
    ...replaceable(runningUnikernel('hello')),
    name: parseUnikernelName('hello'),
    digest: before.digest,
    isUp,
  };
  let orders = 0;
  const replaced = (words: string): Replaced => ({
    words,
    json: null,
    untilReady: async () => ({ readiness: left.shift() ?? READY, lines: [`${words} says`] }),
  });
  const system: System = {
    find: async () => old,
    fetch: async () => {
      done.push('fetch');
      return await imageOf(fetched ?? OLD_BYTES);
    },
    replace: async (of, { sizeBytes, source }) => {
      assert.deepEqual(of.configuration, old.configuration);
      const parts: Uint8Array[] = [];
      for await (const piece of source.pieces()) parts.push(piece);
      const what = Buffer.concat(parts).toString();
      assert.equal(sizeBytes, what.length);
      orders += 1;
      if (orders - 1 === failsAt) throw new Failure('POLICY_EXCEEDED', 'too much');
      done.push(`replace by ${what}`);
      return replaced(what);
    },
    left: async () => {
      done.push('look');
      if (leaves instanceof Failure) throw leaves;
      if (leaves === 'nothing') return null;
      return { digest: (leaves === 'new' ? image : before).digest, now: replaced(leaves) };
    },
    rest: async () => void done.push('rest'),
  };
  const swapped = await swap(system, old, image, {
    ready: ready === undefined ? READY_DEFAULT : ready,
    interrupted: () => new AbortController().signal,
    onReplaced: ({ words }) => void done.push(`told ${words}`),
  });
  return { done, swapped };
}

const imageOf = async (bytes: Buffer): Promise<DownloadedImage> =>
  await downloadImage(async (write) => await write(bytes));

describe('replacing an image', () => {
  it('has the old one at hand before, and leaves the new one where it is ready', async () => {
    const { done, swapped } = await play({ readiness: [READY] });
    assert.deepEqual(done, ['fetch', 'replace by new', 'told new']);
    assert.ok(swapped.kind === 'updated' && swapped.afterMs === 5);
  });

  it('does not look, nor fetch, where nobody wants it', async () => {
    const { done, swapped } = await play({ ready: null });
    assert.deepEqual(done, ['replace by new', 'told new']);
    assert.ok(swapped.kind === 'updated' && swapped.afterMs === null);
  });

  it('puts the old one back where the new one does not become ready', async () => {
    const { done, swapped } = await play({ readiness: [FALLEN, READY] });
    assert.deepEqual(done, ['fetch', 'replace by new', 'told new', 'replace by old']);
    assert.ok(swapped.kind === 'rolled-back');
    assert.deepEqual(
      [swapped.why, swapped.lines, swapped.now.words],
      [FALLEN.why, ['new says'], 'old'],
    );
  });

  it('leaves it at rest where it was so before', async () => {
    const { done, swapped } = await play({ readiness: [FALLEN], isUp: false });
    assert.deepEqual(done.slice(3), ['replace by old', 'rest']);
    assert.equal(swapped.kind, 'rolled-back');
  });

  it('says both where the old one does not come back, or does not run either', async () => {
    const refused = (await play({ readiness: [FALLEN], failsAt: 1, leaves: 'new' })).swapped;
    assert.ok(refused.kind === 'rollback-failed');
    assert.deepEqual(
      [refused.why, refused.whyNotBack, refused.now?.words],
      [
        FALLEN.why,
        'it could not be rolled back: too much [POLICY_EXCEEDED]; the new image is there',
        'new',
      ],
    );
    const dead = (await play({ readiness: [FALLEN, FALLEN] })).swapped;
    assert.ok(dead.kind === 'rollback-failed');
    assert.match(
      dead.whyNotBack,
      /^the image before is there again, and does not run: ended with status 3$/,
    );
    assert.equal(dead.now?.words, 'old');
  });

  it('puts nothing back where nobody knows, or somebody interrupts', async () => {
    for (const readiness of [
      { kind: 'unknown', why: 'no bus' },
      { kind: 'interrupted' },
    ] as const) {
      const { done, swapped } = await play({ readiness: [readiness] });
      assert.deepEqual([done.length, swapped.kind], [3, readiness.kind]);
    }
  });

  it('changes nothing where the old one is another by now, or the new one is refused', async () => {
    await assert.rejects(play({ fetched: Buffer.from('other') }), { code: 'BUILD_UNUSABLE' });
    for (const ready of [{}, { ready: null }])
      await assert.rejects(play({ failsAt: 0, ...ready }), {
        code: 'POLICY_EXCEEDED',
        message: 'too much',
      });
  });

  it('goes on with the new one where only the answer was lost', async () => {
    const { done, swapped } = await play({ failsAt: 0, leaves: 'new', readiness: [READY] });
    assert.deepEqual([done, swapped.kind], [['fetch', 'look', 'told new'], 'updated']);
    const fallen = await play({ failsAt: 0, leaves: 'new', readiness: [FALLEN, READY] });
    assert.deepEqual(fallen.done.slice(2), ['told new', 'replace by old']);
    assert.equal(fallen.swapped.kind, 'rolled-back');
    const unwatched = await play({ failsAt: 0, leaves: 'new', ready: null });
    assert.deepEqual([unwatched.done, unwatched.swapped.kind], [['look', 'told new'], 'updated']);
    const back = await play({ failsAt: 1, leaves: 'old', readiness: [FALLEN, READY] });
    assert.deepEqual([back.done.at(-1), back.swapped.kind], ['look', 'rolled-back']);
  });

  it('puts the old one back where nothing is there any more', async () => {
    const { done, swapped } = await play({ failsAt: 0, leaves: 'nothing', readiness: [READY] });
    assert.deepEqual(done, ['fetch', 'look', 'replace by old']);
    assert.ok(swapped.kind === 'rolled-back');
    assert.equal(
      swapped.why,
      'nothing is there since the image was to be replaced: too much [POLICY_EXCEEDED]',
    );
    await assert.rejects(play({ failsAt: 0, leaves: 'nothing', ready: null }), {
      message: 'too much; hello is not there any more',
    });
    const lost = (await play({ failsAt: 1, leaves: 'nothing', readiness: [FALLEN] })).swapped;
    assert.ok(lost.kind === 'rollback-failed' && lost.now === null);
    assert.match(lost.whyNotBack, /too much \[POLICY_EXCEEDED\]; nothing is there any more$/);
  });

  it('says both where nobody tells what is there', async () => {
    const down = new Failure('BUS_UNREACHABLE', 'no bus');
    const message = 'too much; which image is there now is not known: no bus [BUS_UNREACHABLE]';
    for (const ready of [{}, { ready: null }])
      await assert.rejects(play({ failsAt: 0, leaves: down, ...ready }), {
        code: 'POLICY_EXCEEDED',
        message,
      });
    const back = (await play({ failsAt: 1, leaves: down, readiness: [FALLEN] })).swapped;
    assert.ok(back.kind === 'rollback-failed' && back.now === null);
    assert.equal(back.whyNotBack, `it could not be rolled back: ${message} [POLICY_EXCEEDED]`);
  });
});
