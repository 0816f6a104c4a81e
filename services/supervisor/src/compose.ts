import type { NameForm } from '@albatross/shared/domain/unikernel';
import { lifeName } from '@albatross/shared/domain/life';
import type { PathName } from '@albatross/shared/domain/name';
import type { Folders } from '@albatross/shared/runtime/folders';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Blobs } from './blobs/blobs.ts';
import { Blocks } from './blocks/blocks.ts';
import type { EventLog } from './events/event-log.ts';
import { Fleet } from './unikernels/fleet.ts';
import type { Host } from './host/host.ts';
import { Images } from './blobs/images.ts';
import { Inventory } from './unikernels/inventory.ts';
import { Keeping } from './unikernels/keeping.ts';
import { Launching } from './unikernels/launching.ts';
import { LifeEvents } from './unikernels/life-events.ts';
import { LifeNumbers } from './unikernels/life-numbers.ts';
import { Outcomes } from './outcomes.ts';
import { PolicyBook } from './policies/policies.ts';
import { PolicyFile } from './policies/policy-file.ts';
import { Records } from './unikernels/records.ts';
import { recover } from './unikernels/recovery.ts';
import { Refusals } from './events/refusals.ts';
import { Reservations, visibleTo } from './unikernels/reservations.ts';
import type { Store, Stored } from './unikernels/store.ts';
import type { Unikernel } from './unikernels/unikernel.ts';

/** What a supervisor is made of that tests want to be of another kind. */
export interface Ground {
  readonly store: Store;
  readonly stored: Stored;
  readonly host: Host;
  readonly events: EventLog;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds since some moment, never set back. */
  readonly clock: () => number;
  readonly images?: Images;
}

export interface Settings {
  readonly folders: Pick<Folders, 'state'>;
  readonly nameForm: NameForm;
  /** Paths whose unikernels may use ZFS volumes. */
  readonly zvolPaths: readonly PathName[];
}

export interface Supervisor {
  readonly fleet: Fleet;
  readonly inventory: Inventory;
  readonly blobs: Blobs;
  readonly blocks: Blocks;
  readonly images: Images;
  readonly policies: PolicyBook;
  readonly events: EventLog;
  readonly refusals: Refusals;
  readonly keeping: Keeping;
  readonly records: Records;
  readonly outcomes: Outcomes;
  /** What should run and does not yet. */
  readonly missing: readonly Unikernel[];
}

/** Puts the parts together and takes up what runs. Throws `StartError`. */
export async function composeSupervisor(ground: Ground, settings: Settings): Promise<Supervisor> {
  const { host, events, log, random, clock } = ground;
  const state = stateOf(ground, settings);
  const { images, blobs, blocks, policies, inventory, outcomes, records, numbers } = state;
  for (const part of [images, blobs, blocks, policies]) await part.prepare();
  const lifeEvents = new LifeEvents(events);
  const keeping = new Keeping({ host, records, events: lifeEvents, inventory, log, random, clock });
  keeping.clearing.onGone = (life) => blocks.letGo(lifeName(life));
  const { nameForm } = settings;
  const reservations = new Reservations({ host, policies, blocks, inventory, keeping });
  const starting = { host, images, blocks, records, keeping, numbers, reservations };
  const launching = new Launching({ ...starting, log, nameForm, random });
  const shared = { host, images, blobs, blocks, records, keeping, outcomes, inventory, events };
  const fleet = new Fleet({ ...shared, launching, reservations });
  const missing = await recover(ground.stored, { ...shared, numbers, lifeEvents, log, random });
  const refusals = new Refusals(events, ground.now);
  return { ...state, events, fleet, refusals, keeping, missing };
}

/** What is kept on the disk, before it is read. */
function stateOf({ host, events, log, now, store, stored, images }: Ground, settings: Settings) {
  const stateFolder = settings.folders.state;
  const outcomes = new Outcomes(now);
  const blobs = new Blobs(stateFolder, { blockBytes: (name) => blocks.contentBytes(name) });
  const policies: PolicyBook = new PolicyBook({
    file: new PolicyFile(stateFolder),
    now,
    outcomes,
    events,
    machine: () => host.machine(),
    // Policies limit what there is, and may not be set below it.
    holdings: () => ({ unikernels: inventory.shares(), blocks: blocks.shares() }),
  });
  const blocks: Blocks = new Blocks({
    stateFolder,
    blobs,
    now,
    outcomes,
    events,
    onDefect: (error) => log.error('a block device is not what it should be', { error }),
    zvolPaths: settings.zvolPaths,
    admit: (share, caller) => policies.admitBlock(share, visibleTo(caller, share.name)),
  });
  const inventory: Inventory = new Inventory(blocks, stored.damaged);
  return {
    outcomes,
    blobs,
    policies,
    blocks,
    inventory,
    images: images ?? new Images(stateFolder),
    records: new Records(store, now),
    numbers: new LifeNumbers(stateFolder),
  };
}
