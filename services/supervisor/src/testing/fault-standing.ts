import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import assert from 'node:assert/strict';
import { digestOf, type Bench } from './bench.ts';
import {
  BLOCKS,
  ID,
  IMAGES,
  MEMORY_MIB,
  type Kind,
  type Standing,
  type Which,
} from './fault-operations.ts';

const hello = parseUnikernelName('hello');

/** What is known, runs, is held and is stored agree; no image is missing, and none is left. */
export async function assertWhole(
  bench: Bench,
  expected: readonly Standing[],
  where: string,
  alsoStored: readonly Standing[] = [],
): Promise<void> {
  await bench.look();
  await eventually('it stands', () => !isPassing(bench, expected));
  await bench.look();
  const now = standing(bench);
  // What waits for its next try may have it at any moment.
  const isEarly = now === 'running old' && expected.includes('backing-off old');
  const text = `${now} instead of ${expected.join(' or ')}, ${where}`;
  assert.ok(isEarly || expected.includes(now), text);
  await assertHeld(bench, now, where);
  const stored = await storedStanding(bench);
  const asStored = now.replace('backing-off', 'running');
  assert.ok([asStored, ...alsoStored].includes(stored), `${stored} is stored for ${now}, ${where}`);
}

/** What did not start the second time either is tried again until it does. */
function isPassing(bench: Bench, expected: readonly Standing[]): boolean {
  const kind = bench.stateOf('hello');
  if (kind === 'backing-off') return !expected.includes(standing(bench));
  return kind === 'starting' || kind === 'stopping';
}

/** What a unikernel has that stands like this, and nothing else. */
async function assertHeld(bench: Bench, now: Standing, where: string): Promise<void> {
  const { host } = bench;
  const [kind, which] = partsOf(now);
  const running = kind === 'running' ? ['hello', 'sharer'] : ['sharer'];
  assert.deepEqual(host.running().toSorted(), running, where);
  assert.equal(host.taps().length, running.length, where);
  const tenders = (await host.observe()).filter(({ isTenderAlive }) => isTenderAlive);
  assert.equal(new Set(tenders.map(({ record }) => record?.uid)).size, running.length, where);
  const images = [IMAGES.old, ...(which === 'new' ? [IMAGES.new] : [])].map(digestOf).toSorted();
  assert.deepEqual(await bench.imageFiles(), images, where);
  assert.deepEqual(await bench.blobFiles(), [], where);
  const held = which === null || kind === 'exited' ? null : BLOCKS[which];
  for (const block of ['one', 'two'])
    assert.equal(bench.userOf(block), block === held ? 'hello' : null, `${block}, ${where}`);
}

export function standing(bench: Bench): Standing {
  const found = bench.parts.inventory.find(hello);
  if (found === null) return '-';
  const { kind } = found.phase;
  assert.ok(kind !== 'starting' && kind !== 'stopping' && kind !== 'failed', kind);
  return `${kind} ${whichOf(found.config)}`;
}

/** What the next supervisor would make of it. */
async function storedStanding(bench: Bench): Promise<Standing> {
  const { records } = await bench.parts.store.readAll(() => undefined);
  const record = records.find(({ name }) => name === hello);
  if (record === undefined || record.desire.kind === 'gone') return '-';
  const { kind, unikernel } = record.desire;
  assert.ok(kind !== 'failed');
  return `${STORED[kind]} ${whichOf(unikernel.config)}`;
}

const STORED = { run: 'running', stop: 'stopped', ended: 'exited' } as const;

function whichOf({ digest, memoryMib }: UnikernelConfig): Which {
  if (digest === digestOf(IMAGES.new)) return 'new';
  return memoryMib === MEMORY_MIB.old ? 'old' : 'changed';
}

function partsOf(standing: Standing): readonly [Kind, Which] | readonly [null, null] {
  if (standing === '-') return [null, null];
  return standing.split(' ') as [Kind, Which];
}

/** Once. */
export function assertTold(bench: Bench, where: string): void {
  const from = { kind: 'after', seq: 0 } as const;
  const { events } = bench.parts.events.list({ name: ROOT, from });
  const told = events.filter(({ requestId }) => requestId === ID).map(({ type }) => type);
  assert.equal(told.length, 1, `told ${told.join(', ')}, ${where}`);
}
