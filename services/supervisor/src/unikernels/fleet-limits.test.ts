import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, digestOf, imageOf } from '../testing/bench.ts';

const MEMORY_MIB = 10;
const NAMES = ['a', 'b'] as const;
const IMAGES = [imageOf(1), imageOf(2)] as const;

type Action =
  | { kind: 'create'; name: string; memoryMib: number; image: 0 | 1; fails: boolean }
  | { kind: 'destroy'; name: string }
  | { kind: 'exit'; name: string }
  /** Nobody does anything before all of the above is done. */
  | { kind: 'pause' }
  /** Or only for so long that some of it may be half done. */
  | { kind: 'moment'; count: number };

const name = fc.constantFrom(...NAMES);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      name,
      memoryMib: fc.integer({ min: 1, max: 7 }),
      image: fc.constantFrom(0 as const, 1 as const),
      fails: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('destroy' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('exit' as const), name }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'pause' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('moment' as const),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
);

let host: WatchedHost;
let bench: Bench;

async function onANewBench(work: () => Promise<void>): Promise<void> {
  host = new WatchedHost({ memoryMib: MEMORY_MIB });
  bench = await Bench.start({ host });
  try {
    await work();
  } finally {
    await bench[Symbol.asyncDispose]();
  }
}

/** Fails some starts, and knows the most memory that was ever in use at once. */
class WatchedHost extends FakeHost {
  mostMib = 0;
  readonly failing = new Set<string>();

  override async startLife(plan: Parameters<FakeHost['startLife']>[0]) {
    // Lets others in between.
    await moments(20);
    if (this.failing.has(plan.config.arguments[0] ?? '')) throw new Error('the start fails');
    const record = await super.startLife(plan);
    this.mostMib = Math.max(this.mostMib, this.runningMib());
    return record;
  }
}

/** Everything that takes no time in between: uploads are there before the first of all actions. */
async function prepare(action: Action, index: number): Promise<() => Promise<unknown>> {
  if (action.kind !== 'create') return async () => await act(action);
  const { name, memoryMib, image, fails } = action;
  const blob = await bench.upload(name, IMAGES[image]);
  const mark = `start ${index}`;
  if (fails) host.failing.add(mark);
  return async () => await bench.createFrom(blob, name, { memoryMib, arguments: [mark] });
}

function act(action: Exclude<Action, { kind: 'create' }>): Promise<unknown> {
  switch (action.kind) {
    case 'destroy':
      return bench.destroy(action.name);
    case 'exit':
      if (host.running().includes(parseUnikernelName(action.name)))
        host.end(parseUnikernelName(action.name), { kind: 'status', status: 0 });
      return Promise.resolve();
    case 'pause':
    case 'moment':
      return Promise.resolve();
  }
}

async function moments(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
}

const STORED: ReadonlyMap<string, readonly string[]> = new Map([
  ['running', ['run']],
  ['exited', ['ended']],
]);

/** What is known, what runs and what is on the disk must be one and the same. */
async function assertConsistent(): Promise<void> {
  await bench.look();
  await bench.look();
  const known = bench.parts.inventory.all();
  const running = known.filter(({ phase }) => phase.kind === 'running');
  assert.deepEqual(
    running.map(({ config }) => config.name).toSorted(),
    [...host.running()].toSorted(),
  );
  assert.ok(known.every(({ phase }) => phase.kind === 'running' || phase.kind === 'exited'));
  assert.deepEqual(
    await bench.imageFiles(),
    IMAGES.map(digestOf)
      .filter((digest) => known.some(({ config }) => config.digest === digest))
      .toSorted(),
  );
  for (const one of NAMES) {
    const expected = STORED.get(bench.stateOf(one)) ?? ['gone', 'absent'];
    assert.ok(expected.includes(await bench.storedAs(one)), one);
  }
  assert.deepEqual(await bench.blobFiles(), []);
}

async function actAll(actions: readonly Action[]): Promise<void> {
  const prepared = await Promise.all(actions.map(prepare));
  const underWay: Promise<unknown>[] = [];
  for (const [index, one] of actions.entries()) {
    // Many are refused, and rightly.
    underWay.push((prepared[index]?.() ?? Promise.resolve()).catch(() => undefined));
    if (one.kind === 'pause') await Promise.all(underWay);
    if (one.kind === 'exit') await bench.settled();
    if (one.kind === 'moment') await moments(one.count);
  }
  await Promise.all(underWay);
}

describe('whatever is asked for at the same time', () => {
  it('never overshoots a limit, and leaves what is known, runs and is stored the same', async () => {
    const sequences = fc.array(action, { minLength: 1, maxLength: 16 });
    const property = fc.asyncProperty(sequences, async (actions) => {
      await onANewBench(async () => {
        await actAll(actions);
        await assertConsistent();
        assert.ok(host.mostMib <= MEMORY_MIB, `${host.mostMib} MiB were in use`);
        for (const one of NAMES) await bench.destroy(one).catch(() => undefined);
        await assertConsistent();
        assert.equal(bench.parts.inventory.all().length, 0);
      });
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('of many creates at once, as many are started as there is memory for', async () => {
    await onANewBench(async () => {
      const all = Array.from({ length: 20 }, async (_, index) => {
        await bench.create(`u${index}`, { memoryMib: 3, image: IMAGES[0] });
      });
      const done = await Promise.allSettled(all);
      assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 3);
      assert.equal(host.mostMib, 9);
    });
  });
});
