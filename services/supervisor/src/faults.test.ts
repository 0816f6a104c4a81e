import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bench, digestOf, imageOf } from './testing/bench.ts';
import { Faults, FaultyHost, FaultyImages, FaultyStore, type Fault } from './testing/faults.ts';

const hello = parseUnikernelName('hello');
const [OLD, NEW] = [imageOf(1), imageOf(2)];
const ID = 'request-under-test';

/** What it does, and of which image it is; or that there is nothing. */
type Standing = `${'running' | 'exited'} ${'old' | 'new'}` | '-';

interface Operation {
  readonly title: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly prepare: (bench: Bench, host: FaultyHost) => Promise<void>;
  readonly request: (bench: Bench) => Promise<() => Promise<unknown>>;
}

const createOld = async (bench: Bench): Promise<void> =>
  void (await bench.create('hello', { image: OLD }));

async function createAndEnd(bench: Bench, host: FaultyHost): Promise<void> {
  await createOld(bench);
  host.end(hello, { kind: 'status', status: 3 });
  await bench.settled();
}

const create = async (bench: Bench): Promise<() => Promise<unknown>> => {
  const blob = await bench.upload('hello', NEW);
  return async () => await bench.createFrom(blob, 'hello', { id: ID });
};
const destroy = async (bench: Bench): Promise<() => Promise<unknown>> => {
  return async () => await bench.destroy('hello', ID);
};

const OPERATIONS: readonly Operation[] = [
  {
    title: 'creating',
    before: '-',
    after: 'running new',
    prepare: async () => undefined,
    request: create,
  },
  {
    title: 'replacing what had ended',
    before: 'exited old',
    after: 'running new',
    prepare: createAndEnd,
    request: create,
  },
  {
    title: 'creating again what was destroyed',
    before: '-',
    after: 'running new',
    prepare: async (bench) => {
      await createOld(bench);
      await bench.destroy('hello');
    },
    request: create,
  },
  {
    title: 'destroying what runs',
    before: 'running old',
    after: '-',
    prepare: createOld,
    request: destroy,
  },
  {
    title: 'destroying what had ended',
    before: 'exited old',
    after: '-',
    prepare: createAndEnd,
    request: destroy,
  },
];

/** More than any operation passes. */
const PLACES_MAX = 20;

for (const operation of OPERATIONS) {
  describe(operation.title, () => {
    for (const fault of ['once', 'full', 'death'] as const) {
      it(`is done or not done at all, wherever a fault comes in between: ${fault}`, async () => {
        let place = 0;
        while (await tryAt(operation, fault, place)) place += 1;
        assert.ok(place >= 2 && place < PLACES_MAX, `${place} places were tried`);
      });
    }
  });
}

/** False when the operation does not pass so many places. */
async function tryAt(operation: Operation, fault: Fault, place: number): Promise<boolean> {
  const faults = new Faults();
  const host = new FaultyHost(faults);
  await using bench = await Bench.start({
    host,
    store: (state) => new FaultyStore(state, faults),
    images: (state) => new FaultyImages(state, faults),
  });
  // Holds one of the images as well: that must neither go nor stay for the wrong reason.
  await bench.create('sharer', { image: OLD });
  await operation.prepare(bench, host);
  const request = await operation.request(bench);
  assert.equal(standing(bench), operation.before);

  faults.plan(fault, place);
  const outcome = await Promise.race([outcomeOf(request), faults.died.then(() => 'death')]);
  faults.none();
  const where = `${faults.happened} (${place}): ${outcome}`;
  if (fault !== 'death') {
    await assertWhole(bench, operation, where);
    const expected = outcome === 'done' ? operation.after : operation.before;
    assert.equal(standing(bench), expected, where);
    assert.equal(await outcomeOf(request), outcome, `repeated, ${where}`);
  }

  await bench.restart();
  // What had ended may be forgotten where a full disk takes back nothing: rather that than what was refused.
  const restarted = { ...operation, mayBeForgotten: fault === 'full' };
  await assertWhole(bench, restarted, `after a restart, ${where}`);
  if (outcome === 'done') assert.equal(standing(bench), operation.after, where);
  await outcomeOf(request);
  await assertWhole(bench, restarted, `repeated after a restart, ${where}`);
  if (operation.after === '-') assert.equal(standing(bench), '-', where);
  return faults.happened !== null;
}

async function outcomeOf(request: () => Promise<unknown>): Promise<string> {
  return await request().then(
    () => 'done',
    (error: unknown) => String(error),
  );
}

function standing(bench: Bench): Standing {
  const found = bench.parts.unikernels.get(hello);
  if (found === undefined) return '-';
  const image = found.config.digest === digestOf(OLD) ? 'old' : 'new';
  const { kind } = found.phase;
  assert.ok(kind === 'running' || kind === 'exited', kind);
  return `${kind} ${image}`;
}

/** What is known, runs and is stored agree; no image is missing, and none is left. */
async function assertWhole(
  bench: Bench,
  { before, after, mayBeForgotten = false }: Operation & { readonly mayBeForgotten?: boolean },
  where: string,
): Promise<void> {
  await bench.look();
  await bench.look();
  const now = standing(bench);
  const isForgotten = mayBeForgotten && before === 'exited old' && now === '-';
  assert.ok(now === before || now === after || isForgotten, `${now}, ${where}`);
  const isRunning = now.startsWith('running');
  assert.deepEqual(
    bench.host.running().toSorted(),
    isRunning ? ['hello', 'sharer'] : ['sharer'],
    where,
  );
  const images = [OLD, ...(now.endsWith('new') ? [NEW] : [])].map(digestOf).toSorted();
  assert.deepEqual(await bench.imageFiles(), images, where);
  assert.deepEqual(await bench.blobFiles(), [], where);
}
