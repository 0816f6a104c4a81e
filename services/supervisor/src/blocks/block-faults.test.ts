import { parseUnikernelName } from '@albatross/shared/domain/name';
import { Scope } from '@albatross/shared/runtime/scope';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BlockBench, filled } from '../testing/block-bench.ts';
import { FaultyBlockFiles, FaultyBlockIndex } from '../testing/block-faults.ts';
import { Faults, type Fault } from '../testing/faults.ts';

const [OLD, NEW] = [Buffer.from('old content'), Buffer.from('new content')];
const ID = 'request-under-test';

/** What is on the device; or that there is none. */
type Standing = 'zeros' | 'old' | 'new' | '-' | 'unusable';

interface Operation {
  readonly title: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly prepare: (bench: BlockBench) => Promise<void>;
  readonly request: (bench: BlockBench) => Promise<() => Promise<unknown>>;
}

async function createOld(bench: BlockBench): Promise<void> {
  await bench.create('data');
  await bench.set('data', OLD);
}

const OPERATIONS: readonly Operation[] = [
  {
    title: 'creating a block device',
    before: '-',
    after: 'zeros',
    prepare: async () => undefined,
    request: async (bench) => async () => await bench.create('data', 1, ID),
  },
  {
    title: 'creating again what was removed',
    before: '-',
    after: 'zeros',
    prepare: async (bench) => {
      await createOld(bench);
      await bench.remove('data');
    },
    request: async (bench) => async () => await bench.create('data', 1, ID),
  },
  {
    title: 'setting its content',
    before: 'old',
    after: 'new',
    prepare: createOld,
    request: async (bench) => {
      const blob = await bench.upload('data', NEW);
      return async () => await bench.setFrom(blob, 'data', { id: ID });
    },
  },
  {
    title: 'removing it',
    before: 'old',
    after: '-',
    prepare: createOld,
    request: async (bench) => async () => await bench.remove('data', ID),
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
        assert.ok(place >= 5 && place < PLACES_MAX, `${place} places were tried`);
      });
    }
  });
}

/** False when the operation does not pass so many places. */
async function tryAt(operation: Operation, fault: Fault, place: number): Promise<boolean> {
  const faults = new Faults();
  await using processes = new Scope();
  await using bench = await BlockBench.start({
    files: (state) => {
      faults.begin();
      return processes.use(new FaultyBlockFiles(state, faults));
    },
    index: (folder) => new FaultyBlockIndex(folder, faults),
  });
  await bench.create('neighbour');
  await operation.prepare(bench);
  const request = await operation.request(bench);
  assert.equal(await standing(bench), operation.before);

  faults.plan(fault, place);
  const outcome = await Promise.race([outcomeOf(request), faults.died.then(() => 'death')]);
  faults.none();
  const where = `${faults.happened} (${place}): ${outcome}`;
  if (fault !== 'death') {
    await assertWhole(bench, operation, where);
    const expected = outcome === 'done' ? operation.after : operation.before;
    const now = await standing(bench);
    // Neither the change nor taking it back had room; that is told, and mended at the next start.
    const isUnusable = fault === 'full' && outcome !== 'done' && now === 'unusable';
    if (!isUnusable) assert.equal(now, expected, where);
    assert.equal(await outcomeOf(request), outcome, `repeated, ${where}`);
    assert.equal(bench.blocks.userOf(parseUnikernelName('data')), null);
  }

  const isRecorded = bench.events.length;
  await bench.restart();
  await assertWhole(bench, operation, `after a restart, ${where}`);
  if (outcome === 'done') {
    assert.equal(await standing(bench), operation.after, where);
    assert.equal(await outcomeOf(request), 'done', where);
    assert.equal(bench.events.length, isRecorded, where);
  } else if (await isAfter(bench, operation)) {
    // What happened before the death is answered, and told, once.
    assert.equal(await outcomeOf(request), 'done', where);
    assert.equal(bench.events.filter(({ requestId }) => requestId === ID).length, 1, where);
  }
  await outcomeOf(request);
  await assertWhole(bench, operation, `repeated after a restart, ${where}`);
  return faults.happened !== null;
}

async function isAfter(bench: BlockBench, { after }: Operation): Promise<boolean> {
  return (await standing(bench)) === after;
}

async function outcomeOf(request: () => Promise<unknown>): Promise<string> {
  return await request().then(
    () => 'done',
    (error: unknown) => String(error),
  );
}

async function standing(bench: BlockBench): Promise<Standing> {
  const entry = bench.list().find(({ name }) => name === 'data');
  if (entry === undefined) return '-';
  if (entry.fault !== null) return 'unusable';
  const content = await bench.content(':data');
  for (const [what, of] of [
    ['old', OLD],
    ['new', NEW],
    ['zeros', Buffer.of()],
  ] as const)
    if (content.equals(filled(of))) return what;
  return assert.fail('it holds something else');
}

/** What is known and what is on the disk agree; nothing is missing, and nothing is left. */
async function assertWhole(bench: BlockBench, operation: Operation, where: string): Promise<void> {
  const now = await standing(bench);
  const files = await bench.files();
  assert.ok(files.includes(':neighbour'), where);
  const shares = bench.blocks.shares().length;
  assert.equal(shares, now === '-' ? 1 : 2, where);
  assert.ok((await bench.blobFiles()).length <= 1, where);
  if (now === 'unusable') return assert.match(where, /full|no room/);
  assert.ok(now === operation.before || now === operation.after, `${now}, ${where}`);
  // A file that could not be removed goes at the next start.
  const isLeft = where.startsWith('before remove') && now === '-';
  if (!isLeft) assert.equal(files.includes(':data'), now !== '-', where);
  const drafts = files.filter((file) => file.startsWith('.new_'));
  assert.deepEqual(drafts, [], where);
}
