import { BLOCKS_PER_PAGE_MAX, listBlocks, removeBlock } from '@albatross/shared/contracts/block';
import { listPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import { ROOT } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import type { Administrator } from '../harness/administrator.ts';
import type { RunningSystem } from '../harness/running-system.ts';
import type { Findings } from './findings.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';

/** Unikernels, block devices and policies, whoever made them. */
export async function destroyEverything(
  administrator: Administrator,
  findings: Pick<Findings, 'add'>,
): Promise<void> {
  const { bus } = administrator;
  await administrator.destroyAll();
  const { blocks } = await bus.request(listBlocks, { name: ROOT });
  if (blocks.length === BLOCKS_PER_PAGE_MAX) findings.add('there are more block devices');
  for (const { name } of blocks) await bus.request(removeBlock, { id: randomUUID(), name });
  const { policies } = await bus.request(listPolicies, { name: ROOT });
  for (const { path } of policies.filter(({ isMachine }) => !isMachine).toReversed())
    await bus.request(removePolicy, { id: randomUUID(), name: path });
}

/** What is there though everything was destroyed. */
export async function leftovers(system: RunningSystem): Promise<readonly string[]> {
  const administrator = await system.administrator();
  const snapshot = await takeSnapshot(administrator, system.dir, system.folders);
  return snapshot === null ? ['it does not come to rest'] : leftIn(snapshot);
}

function leftIn(snapshot: Snapshot): readonly string[] {
  const { infos, records, processes, lives, exits, taps, blocks, images, blobs } = snapshot;
  const all: readonly (readonly [what: string, left: readonly unknown[]])[] = [
    ['unikernels', infos],
    ['records', records.filter(({ desire }) => desire.kind !== 'gone')],
    ['processes', processes],
    ['lives', lives],
    ['exits', exits],
    ['taps', taps ?? []],
    ['block devices', blocks],
    ['files of block devices', snapshot.blockFiles],
    ['images', [...images.good, ...images.bad]],
    ['uploads', blobs],
  ];
  return all.flatMap(([what, left]) =>
    left.length === 0 ? [] : [`there are ${left.length} ${what}: ${JSON.stringify(left)}`],
  );
}
