import type { UnikernelName } from '@albatross/shared/domain/name';
import { delayAfter } from '@albatross/shared/domain/restart';
import { lifeName } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Blocks } from '../blocks/blocks.ts';
import type { Fleet } from './fleet.ts';
import type { Host, ObservedLife } from '../host/host.ts';
import type { Images } from '../blobs/images.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { EventSink } from '../events/event-sink.ts';
import type { LifeEvents } from './life-events.ts';
import type { LifeNumbers } from './life-numbers.ts';
import type { Phase } from './lifecycle.ts';
import type { Outcomes } from '../outcomes.ts';
import type { Records } from './records.ts';
import {
  unikernelIn,
  type Desire,
  type StoredRecord,
} from '@albatross/shared/contracts/stored-unikernel';
import type { Outcome } from '@albatross/shared/contracts/stored-outcome';
import type { Stored } from './store.ts';
import { Unikernel } from './unikernel.ts';

/** More would make their keepers miss the deadline of a start while all of the machine is busy. */
const STARTS_AT_ONCE = 32;

interface Parts {
  readonly host: Host;
  readonly images: Images;
  readonly blocks: Blocks;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly outcomes: Outcomes;
  readonly inventory: Inventory;
  readonly numbers: LifeNumbers;
  readonly events: EventSink;
  readonly lifeEvents: LifeEvents;
  readonly log: Logger;
  readonly random: () => number;
}

/**
 * What a supervisor does first: takes up what runs. Returns what should run and does not, for `startMissing`.
 * Of what is stored it changes nothing but by ends that it sees: a crash in the middle loses nothing.
 */
export async function recover(stored: Stored, parts: Parts): Promise<readonly Unikernel[]> {
  const { images, outcomes, host, numbers, inventory, keeping } = parts;
  const lives = await host.observe();
  await numbers.prepare(highestNumber(stored.records, lives));
  const byName = newestLives(lives);
  const missing: Unikernel[] = [];
  for (const record of stored.records) {
    const unikernel = takeUp(record, byName.get(record.name) ?? null, parts);
    if (unikernel?.phase.kind === 'starting') missing.push(unikernel);
  }
  for (const outcome of inOrder(stored.records)) {
    outcomes.restore(outcome);
    tell(outcome, parts);
  }
  // An image may be that of a record nobody can read.
  if (!inventory.hasDamaged) await images.removeUnheld();
  await keeping.observed(lives);
  await holdBlocks(lives, parts);
  return missing;
}

/** What runs and is no unikernel's has its block devices all the same, until it has ended. */
async function holdBlocks(lives: readonly ObservedLife[], parts: Parts): Promise<void> {
  const { host, blocks, inventory } = parts;
  for (const { life, isTenderAlive } of lives) {
    if (!isTenderAlive || inventory.find(life.unikernel)?.lives(life.number)) continue;
    blocks.hold(lifeName(life), await host.blocksOf(life));
  }
}

/** By start-up priority; those of the same one at the same time. One that fails does not stop the rest. */
export async function startMissing(
  missing: readonly Unikernel[],
  fleet: Pick<Fleet, 'startAgain'>,
): Promise<void> {
  const priorities = new Map<number, Unikernel[]>();
  for (const unikernel of missing) {
    const { startupPriority } = unikernel.config;
    priorities.set(startupPriority, [...(priorities.get(startupPriority) ?? []), unikernel]);
  }
  for (const [, group] of [...priorities].toSorted(([a], [b]) => a - b)) {
    const rest = group.toSorted((a, b) => (a.config.name < b.config.name ? -1 : 1));
    await Promise.all(
      Array.from({ length: STARTS_AT_ONCE }, async () => {
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
          await fleet.startAgain(next);
        }
      }),
    );
  }
}

function takeUp(record: StoredRecord, life: ObservedLife | null, parts: Parts): Unikernel | null {
  const { records, images, inventory, blocks, keeping, log, random } = parts;
  records.restore(record);
  const stored = unikernelIn(record);
  if (stored === null) return null;
  const unikernel = new Unikernel(stored, phaseOf(record.desire));
  const { config } = stored;
  images.hold(config.digest);
  inventory.set(unikernel);
  if (!unikernel.holdsResources) return unikernel;
  for (const error of blocks.reclaim(config.name, config.blocks)) {
    log.error('a block device of a unikernel is not what it was', { name: config.name, error });
  }
  adopt(unikernel, life, parts);
  goOn(record.desire, unikernel, keeping);
  const until = nextTry(unikernel, random());
  if (until !== null) {
    keeping.apply(unikernel, {
      kind: 'start-undone',
      to: { kind: 'backing-off', until, why: null },
    });
  }
  return unikernel;
}

/** With what somebody asked for who died before it was done. */
function goOn(desire: Desire, unikernel: Unikernel, keeping: Keeping): void {
  if (desire.kind === 'stop') keeping.apply(unikernel, { kind: 'stop-asked', next: 'rest' });
  const isEnding = desire.kind === 'run' && unikernel.lives(desire.ending ?? 0);
  if (isEnding) keeping.apply(unikernel, { kind: 'stop-asked', next: 'start' });
}

/** When one that waits for its next try has it; null for all others. Its end was written, so it was dealt with. */
function nextTry({ phase, life, failures, lastPast }: Unikernel, random: number): number | null {
  if (phase.kind !== 'starting' || lastPast === null || lastPast.life !== life) return null;
  return Math.min(lastPast.at, Date.now()) + delayAfter(Math.max(1, failures), random);
}

/** One that should rest may run all the same: whoever stopped it died before it had. */
function phaseOf(desire: Desire): Phase {
  switch (desire.kind) {
    case 'run':
    case 'stop':
      return { kind: 'starting' };
    case 'failed':
      return { kind: 'failed', why: desire.why };
    case 'ended':
    case 'gone':
      return { kind: 'exited' };
  }
}

/**
 * Its newest life, unless that was never completed, or was lost with the boot it belonged to. One that is
 * newer than what was written is one that there was no room to write of.
 */
function adopt(
  unikernel: Unikernel,
  seen: ObservedLife | null,
  { keeping, lifeEvents, log }: Parts,
): void {
  if (seen?.record == null || seen.life.number < unikernel.life) return;
  if (unikernel.hasEnded(seen.life.number)) return;
  keeping.adopt(unikernel, seen.life, seen.record);
  if (!seen.isTenderAlive) return;
  lifeEvents.adopted(seen.life, seen.record);
  log.info('adopted', { name: unikernel.config.name, life: seen.life.number });
}

/** A start may not have been written, for want of room; the newest life that is there is the one that counts. */
function newestLives(lives: readonly ObservedLife[]): ReadonlyMap<UnikernelName, ObservedLife> {
  const newest = new Map<UnikernelName, ObservedLife>();
  for (const seen of lives) {
    const { unikernel, number } = seen.life;
    if ((newest.get(unikernel)?.life.number ?? 0) < number) newest.set(unikernel, seen);
  }
  return newest;
}

function highestNumber(stored: readonly StoredRecord[], lives: readonly ObservedLife[]): number {
  const seen = lives.map(({ life }) => life.number);
  const known = stored.map((record) => unikernelIn(record)?.life ?? 0);
  return [...seen, ...known].reduce((most, one) => Math.max(most, one), 0);
}

function inOrder(records: readonly StoredRecord[]): readonly Outcome[] {
  return records.flatMap(({ outcomes }) => outcomes).toSorted((a, b) => a.at - b.at);
}

/** Whoever carried it out may have died before telling of it. */
function tell({ event }: Outcome, { events }: Parts): void {
  const draft = event as Parameters<EventSink['record']>[0] | undefined;
  if (draft?.id !== undefined && !events.has(draft.id)) events.record(draft);
}
