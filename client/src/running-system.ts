import type { Requests } from '@albatross/shared/bus/bus';
import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import { readTreeParts } from './info/name-tree.ts';
import { readUnikernel } from './info/read-unikernel.ts';

/** What there is already, as far as an import is concerned. */
export interface RunningSystem {
  /** Those with one of the names that were asked for. */
  readonly unikernels: ReadonlyMap<UnikernelName, UnikernelDetails>;
  /** That of the root has the CPUs and bridges of the machine. */
  readonly policies: ReadonlyMap<PathName, PolicyEntry>;
  readonly blocks: ReadonlyMap<string, BlockEntry>;
}

/** Throws a `Failure`. */
export async function readRunningSystem(
  bus: Requests,
  names: ReadonlySet<string>,
): Promise<RunningSystem> {
  const { unikernels, policies, blocks } = await readTreeParts(bus, ROOT);
  const wanted = unikernels.map(({ name }) => name).filter((name) => names.has(name));
  return {
    unikernels: await showAll(bus, wanted),
    policies: new Map(policies.map((policy) => [policy.path, policy])),
    blocks: new Map(blocks.map((block) => [block.name, block])),
  };
}

/** Lists do not have what may be long or secret. */
async function showAll(
  bus: Requests,
  names: readonly UnikernelName[],
): Promise<ReadonlyMap<UnikernelName, UnikernelDetails>> {
  const shown = new Map<UnikernelName, UnikernelDetails>();
  for (const name of names) {
    const details = await readUnikernel(bus, name);
    // It may have been destroyed meanwhile.
    if (details !== null) shown.set(name, details);
  }
  return shown;
}
