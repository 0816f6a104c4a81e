import type { Bus } from '@albatross/shared/bus/bus';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import {
  listUnikernels,
  showUnikernel,
  type UnikernelDetails,
  type UnikernelSummary,
} from '@albatross/shared/contracts/unikernel';
import { ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';

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
  bus: Pick<Bus, 'request'>,
  names: ReadonlySet<string>,
): Promise<RunningSystem> {
  const unikernels = await allPages<UnikernelSummary, UnikernelName>(async (after) => {
    const page = await bus.request(listUnikernels, { name: ROOT, ...after });
    return { items: page.unikernels, next: page.next };
  });
  const blocks = await allPages<BlockEntry, UnikernelName>(async (after) => {
    const page = await bus.request(listBlocks, { name: ROOT, ...after });
    return { items: page.blocks, next: page.next };
  });
  const policies = await allPages<PolicyEntry, PathName>(async (after) => {
    const page = await bus.request(listPolicies, { name: ROOT, ...after });
    return { items: page.policies, next: page.next };
  });
  const wanted = unikernels.map(({ name }) => name).filter((name) => names.has(name));
  return {
    unikernels: await showAll(bus, wanted),
    policies: new Map(policies.map((policy) => [policy.path, policy])),
    blocks: new Map(blocks.map((block) => [block.name, block])),
  };
}

/** Lists do not have what may be long or secret. */
async function showAll(
  bus: Pick<Bus, 'request'>,
  names: readonly UnikernelName[],
): Promise<ReadonlyMap<UnikernelName, UnikernelDetails>> {
  const shown = new Map<UnikernelName, UnikernelDetails>();
  for (const name of names) {
    try {
      shown.set(name, await bus.request(showUnikernel, { name }));
    } catch (error) {
      // It was destroyed meanwhile.
      if (!(error instanceof Failure) || error.code !== 'UNIKERNEL_NOT_FOUND') throw error;
    }
  }
  return shown;
}

interface Page<Item, Key> {
  readonly items: readonly Item[];
  readonly next: Key | null;
}

async function allPages<Item, Key>(
  ask: (after: { readonly after?: Key }) => Promise<Page<Item, Key>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let page = await ask({}); ; page = await ask({ after: page.next })) {
    all.push(...page.items);
    if (page.next === null) return all;
  }
}
