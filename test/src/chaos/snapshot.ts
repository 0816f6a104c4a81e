import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import { listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { ROOT } from '@albatross/shared/domain/name';
import type { Folders } from '@albatross/shared/runtime/folders';
import { isDeepStrictEqual } from 'node:util';
import type { Administrator } from '../harness/administrator.ts';
import { tracesIn } from '../harness/traces.ts';
import {
  blobFiles,
  blockFiles,
  imageFiles,
  recordsOnDisk,
  strayRecordFiles,
  tapInterfaces,
  type BlockFile,
  type DiskRecord,
  type TapInterface,
} from './disk.ts';
import { lifeProcesses, type LifeProcess } from './life-processes.ts';
import { canHaveNetworks } from './own-network.ts';

/** Everything there is, as every one of its places tells it. */
export interface Snapshot {
  readonly folders: Folders;
  /** What `info` says of each that `list` shows. */
  readonly infos: readonly UnikernelDetails[];
  readonly records: readonly DiskRecord[];
  readonly strayRecordFiles: readonly string[];
  readonly processes: readonly LifeProcess[];
  /** Names of folders and files. */
  readonly lives: readonly string[];
  readonly exits: readonly string[];
  /** Null where this process cannot tell those of others from ours. */
  readonly taps: readonly TapInterface[] | null;
  readonly blocks: readonly BlockEntry[];
  readonly blockFiles: readonly BlockFile[];
  readonly images: ReturnType<typeof imageFiles>;
  readonly blobs: ReturnType<typeof blobFiles>;
  readonly policies: readonly PolicyEntry[];
  readonly events: readonly EventRecord[];
}

/** Null when something moved meanwhile. */
export async function takeSnapshot(
  administrator: Administrator,
  dir: string,
  folders: Folders,
): Promise<Snapshot | null> {
  const { bus } = administrator;
  const infos = await infosOf(administrator);
  const { blocks } = await bus.request(listBlocks, { name: ROOT });
  const { policies } = await bus.request(listPolicies, { name: ROOT });
  const { lives, exits } = tracesIn(dir);
  const snapshot = {
    folders,
    infos,
    records: recordsOnDisk(folders),
    strayRecordFiles: strayRecordFiles(folders),
    processes: lifeProcesses(folders),
    lives,
    exits,
    taps: canHaveNetworks() ? tapInterfaces() : null,
    blocks,
    blockFiles: blockFiles(folders),
    images: imageFiles(folders),
    blobs: blobFiles(folders),
    policies,
    events: await allEvents(administrator),
  };
  return isDeepStrictEqual(infos, await infosOf(administrator)) ? snapshot : null;
}

async function infosOf(administrator: Administrator): Promise<readonly UnikernelDetails[]> {
  const infos: UnikernelDetails[] = [];
  for (const { name } of await administrator.list()) infos.push(await administrator.show(name));
  return infos;
}

async function allEvents({ bus }: Administrator): Promise<readonly EventRecord[]> {
  const events: EventRecord[] = [];
  for (let more = true; more;) {
    const from = { kind: 'after' as const, seq: events.at(-1)?.seq ?? 0 };
    const page = await bus.request(listEvents, { name: ROOT, from });
    events.push(...page.events);
    ({ more } = page);
  }
  return events;
}
