import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bench } from './bench.ts';
import { IMAGES, MEMORY_MIB, NETS, type Operation, type Standing } from './fault-operations.ts';
import { assertTold, assertWhole, standing } from './fault-standing.ts';
import { Faults, FaultyHost, FaultyImages, FaultyStore, type Fault } from './faults.ts';

/** More places than any operation passes. */
const PLACES_MAX = 40;
/** So many are tried at the same time: what takes long is waiting for the disk. */
const AT_ONCE = 4;

/** Every fault at every place of every one of these. */
export function testFaults(operations: readonly Operation[]): void {
  for (const operation of operations) {
    describe(operation.title, () => {
      for (const fault of ['once', 'full', 'death'] as const) {
        it(`is done or not done at all, wherever a fault comes in between: ${fault}`, async () => {
          await everywhere(async (place) => await tryAt(operation, fault, place));
        });
      }
    });
  }
}

/** Killed after everything that it does, and then the next supervisor wherever it has come to. */
export function testKilledTwice(operations: readonly Operation[]): void {
  for (const operation of operations) {
    it(`${operation.title} is done or not, also when the next supervisor is killed as well`, async () => {
      await everywhere(async (place) => await tryKilledTwice(operation, place));
    });
  }
}

/** False when the operation does not pass so many places. */
async function tryKilledTwice(operation: Operation, place: number): Promise<boolean> {
  for (let next = 0; next < PLACES_MAX; next += 1) {
    const faults = new Faults();
    await using bench = await startBench(faults);
    const request = await prepare(operation, bench);
    const outcome = await meet(faults, 'death', place, request);
    const first = faults.happened;
    if (first === null) return false;
    if (!first.startsWith('after')) {
      await bench.restart();
      return true;
    }
    await meet(faults, 'death', next, async () => {
      await bench.restart();
      for (let times = 0; times < 3; times += 1) await bench.look();
    });
    const isOver = faults.happened === null;
    const where = `${first} (${place}), then ${faults.happened} (${next}): ${outcome}`;
    if (!isOver) await bench.restart();
    await afterDeath({ operation, fault: 'death', bench, request, outcome }, where);
    if (isOver) return true;
  }
  assert.fail('the next supervisor passes too many places');
}

/** Until one says that there are not so many places. */
async function everywhere(attempt: (place: number) => Promise<boolean>): Promise<void> {
  for (let from = 0; from < PLACES_MAX; from += AT_ONCE) {
    const places = Array.from({ length: AT_ONCE }, (_, index) => from + index);
    const met = await Promise.all(places.map(attempt));
    assert.ok(from > 0 || met.filter(Boolean).length >= 2, 'it passes hardly any place');
    if (!met.every(Boolean)) return;
  }
  assert.fail('it passes too many places');
}

/**
 * Carries an operation out, with a fault at one of the places it passes; then a new supervisor starts, and
 * the request is repeated. False when the operation does not pass so many places.
 */
async function tryAt(operation: Operation, fault: Fault, place: number): Promise<boolean> {
  const faults = new Faults();
  await using bench = await startBench(faults);
  const request = await prepare(operation, bench);
  const outcome = await meet(faults, fault, place, request);
  const trial = { operation, fault, bench, request, outcome };
  const where = `${fault} ${faults.happened} (${place}): ${outcome}`;
  if (fault !== 'death' || faults.happened === null) {
    await afterAnswer(trial, where, faults.happened ?? '');
  } else {
    await bench.restart();
    await afterDeath(trial, where);
  }
  return faults.happened !== null;
}

async function startBench(faults: Faults): Promise<Bench> {
  const bench = await Bench.start({
    host: new FaultyHost(faults),
    store: (state) => new FaultyStore(state, faults),
    images: (state) => new FaultyImages(state, faults),
  });
  for (const block of ['one', 'two', 'three']) await bench.createBlock(block);
  // Holds one of the images as well: that must neither go nor stay for the wrong reason.
  const blocks = [{ name: 'data', device: 'three', sectorBytes: null }];
  await bench.create('sharer', { image: IMAGES.old, nets: NETS, blocks, memoryMib: 10 });
  return bench;
}

async function prepare(operation: Operation, bench: Bench): Promise<() => Promise<unknown>> {
  await operation.prepare(bench);
  assert.equal(standing(bench), operation.before);
  if (operation.isRefused === true && bench.host instanceof FaultyHost)
    bench.host.isFailing = ({ config }) => config.memoryMib === MEMORY_MIB.new;
  return await operation.request(bench);
}

/** Does something with a fault at one of the places it passes. Returns what became of it. */
async function meet(
  faults: Faults,
  fault: Fault,
  place: number,
  work: () => Promise<unknown>,
): Promise<string> {
  faults.plan(fault, place);
  const outcome = await Promise.race([outcomeOf(work), faults.died.then(() => 'no answer')]);
  faults.none();
  await faults.settled();
  return outcome;
}

interface Trial {
  readonly operation: Operation;
  readonly fault: Fault;
  readonly bench: Bench;
  readonly request: () => Promise<unknown>;
  readonly outcome: string;
}

async function afterAnswer(trial: Trial, where: string, place: string): Promise<void> {
  const { operation, fault, bench, request, outcome } = trial;
  const isDone = outcome === 'done';
  const expected = isDone ? operation.after : operation.before;
  // What had ended may be forgotten where the disk takes back nothing: rather that than what was refused.
  const isKept = fault === 'once' && operation.isRefused !== true;
  const isForgotten = !isDone && !isKept && operation.before.startsWith('exited');
  // A write that failed after it was done leaves either.
  const isWritten = !isDone && place.startsWith('after write');
  const also: readonly Standing[] = [
    ...(isForgotten ? (['-'] as const) : []),
    ...(isWritten ? [operation.after] : []),
  ];
  await assertWhole(bench, [expected], where, also);
  assert.equal(await outcomeOf(request), outcome, `repeated, ${where}`);
  if (!isDone && fault === 'full') assert.match(outcome, REFUSED);

  await bench.restart();
  await assertWhole(bench, [expected, ...also], `after a restart, ${where}`);
  // The outcome of a destroy that the disk had no room for is forgotten.
  if (!isDone || (fault === 'full' && operation.after === '-')) return;
  await assertAnswered(trial, where);
}

const REFUSED = /no room left on the disk|it does not start/;

async function afterDeath(trial: Trial, where: string): Promise<void> {
  const { operation, bench, request, outcome } = trial;
  const either = outcome === 'done' ? [operation.after] : [operation.before, operation.after];
  if (operation.isRefused === true) {
    // It was told to run, and who died had not yet seen that it does not.
    const tried = operation.after.replace('running', 'backing-off') as Standing;
    await assertWhole(bench, [operation.before, tried], `after a restart, ${where}`);
    return;
  }
  await assertWhole(bench, either, `after a restart, ${where}`);
  if (standing(bench) === operation.after && operation.before !== operation.after) {
    await assertAnswered(trial, where);
    return;
  }
  // Uploads do not outlive a supervisor; nor need who asks again know whether it was carried out.
  const isAnswered = operation.before === operation.after && (await outcomeOf(request)) === 'done';
  const again = isAnswered ? request : await operation.request(bench);
  assert.equal(await outcomeOf(again), 'done', `asked again, ${where}`);
  await assertWhole(bench, [operation.after], `asked again, ${where}`);
  assertTold(bench, where);
}

/** What was carried out is answered as before, is not carried out again, and is told once. */
async function assertAnswered({ operation, bench, request }: Trial, where: string): Promise<void> {
  const { length } = bench.host.starts;
  assert.equal(await outcomeOf(request), 'done', `repeated after a restart, ${where}`);
  assert.equal(bench.host.starts.length, length, `repeated after a restart, ${where}`);
  await assertWhole(bench, [operation.after], `repeated after a restart, ${where}`);
  assertTold(bench, where);
}

async function outcomeOf(request: () => Promise<unknown>): Promise<string> {
  return await request().then(
    () => 'done',
    (error: unknown) => String(error),
  );
}
