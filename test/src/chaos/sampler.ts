import type { Bus } from '@albatross/shared/bus/bus';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import { ROOT } from '@albatross/shared/domain/name';
import type { Folders } from '@albatross/shared/runtime/folders';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './answers.ts';
import type { Findings } from './findings.ts';
import { lifeProcesses, openBlockFiles } from './life-processes.ts';
import { processStat } from '../harness/traces.ts';

const EVERY_MS = 200;
const PATIENCE_MS = 1_000;

interface Parts {
  readonly bus: Bus;
  readonly folders: Folders;
  readonly findings: Findings;
}

/** Looks again and again at what may never be, not even for a moment. */
export async function sample({ bus, folders, findings }: Parts, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const answer = await ask(bus, listPolicies, { name: ROOT }, PATIENCE_MS);
    if (answer?.kind === 'done') {
      for (const text of answer.reply.policies.flatMap(excessOf)) findings.add(text);
    }
    for (const text of [...sharedBlocks(folders), ...doubleLives(folders)]) findings.add(text);
    await sleep(EVERY_MS);
  }
}

export function excessOf({ path, policy, usage }: PolicyEntry): readonly string[] {
  const limits = { ...policy, blockMib: policy.blockMib ?? 0 };
  return (['unikernels', 'memoryMib', 'blockMib'] as const).flatMap((what) =>
    usage[what] > limits[what]
      ? [`${path} uses ${usage[what]} of ${what}, and its policy allows ${limits[what]}`]
      : [],
  );
}

/** Two guests on one block device would destroy what is on it. */
export function sharedBlocks(folders: Folders): readonly string[] {
  const owners = new Map<string, { readonly pid: number; readonly life: string }>();
  const found: string[] = [];
  for (const { pid, life, blockFiles } of lifeProcesses(folders)) {
    for (const file of blockFiles) {
      const other = owners.get(file);
      // It may have ended since we looked at it.
      if (other !== undefined && openBlockFiles(other.pid, folders).includes(file))
        found.push(`the tenders of ${other.life} and ${life} both have ${file} open`);
      owners.set(file, { pid, life });
    }
  }
  return found;
}

/** Two guests of one name would have one address on their bridge, and one console. */
export function doubleLives(folders: Folders): readonly string[] {
  const tenders = lifeProcesses(folders).filter(({ role }) => role === 'tender');
  return tenders.flatMap((tender, index) => {
    const other = tenders.slice(0, index).find(({ life }) => nameOf(life) === nameOf(tender.life));
    const goOn = [tender, other].every(
      (one) => one !== undefined && processStat(one.pid)?.startTicks === one.startTicks,
    );
    return goOn ? [`the tenders of ${other?.life} and ${tender.life} run at the same time`] : [];
  });
}

function nameOf(life: string): string {
  return life.slice(0, life.lastIndexOf('@'));
}
