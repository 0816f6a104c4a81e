import type { Requests } from '@albatross/shared/bus/bus';
import { listBlocks } from '@albatross/shared/contracts/block';
import { listPolicies } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { isWithin, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import type { Holdings, Policies, Policy } from '@albatross/shared/domain/policy';
import { holdsResources, type TenderTarget } from '@albatross/shared/domain/unikernel';
import { readTreeParts } from '../info/name-tree.ts';
import { readUnikernel } from '../info/read-unikernel.ts';
import { normalForm, type Tree, type Unikernel } from './tree.ts';

/** A tree of the running system, and what is around it. */
export interface RunningTree {
  readonly path: PathName;
  readonly tree: Tree;
  /** Everywhere; that of the root is always among them. */
  readonly policies: Policies;
  /** What the host has, as far as that is known; null where the operator's own policy of the root hides it. */
  readonly bridges: readonly string[] | null;
  /** What is held outside of the path; of unikernels their memory alone. */
  readonly others: Holdings;
  /** By digest, what has that image. */
  readonly images: ReadonlyMap<string, KnownImage>;
}

export interface KnownImage {
  readonly holder: UnikernelName;
  readonly target: TenderTarget;
}

/** Throws a `Failure`. */
export async function readTree(bus: Requests, path: PathName): Promise<RunningTree> {
  const { policies: entries, unikernels: summaries, blocks } = await readTreeParts(bus, ROOT);
  const root = entries.find((entry) => entry.path === ROOT);
  const isHere = ({ name }: { readonly name: UnikernelName }): boolean => isWithin(name, path);
  const isElsewhere = (one: { readonly name: UnikernelName }): boolean => !isHere(one);
  return {
    path,
    tree: {
      policies: new Map(
        entries
          .filter((entry) => !entry.isMachine && isWithin(entry.path, path))
          .map((entry) => [entry.path, policyOf(entry.policy)]),
      ),
      blocks: new Map(blocks.filter(isHere).map(({ name, sizeMib }) => [name, sizeMib])),
      unikernels: await showAll(bus, summaries.filter(isHere)),
    },
    policies: new Map(entries.map((entry) => [entry.path, policyOf(entry.policy)])),
    bridges: root?.isMachine === true ? root.policy.bridges : null,
    others: {
      unikernels: summaries
        .filter((one) => isElsewhere(one) && holdsResources(one.state))
        .map(({ name, memoryMib }) => ({ name, memoryMib, cpus: [], bridges: [] })),
      blocks: blocks.filter(isElsewhere),
    },
    // Of those here the devices are known, so they come last.
    images: new Map(
      [...summaries.filter(isElsewhere), ...summaries.filter(isHere)].map(
        ({ name, digest, target }) => [digest, { holder: name, target }],
      ),
    ),
  };
}

/** Lists do not have what may be long or secret. */
async function showAll(
  bus: Requests,
  summaries: readonly UnikernelSummary[],
): Promise<ReadonlyMap<UnikernelName, Unikernel>> {
  const shown = new Map<UnikernelName, Unikernel>();
  for (const { name } of summaries) {
    const unikernel = await showOne(bus, name);
    if (unikernel !== null) shown.set(name, unikernel);
  }
  return shown;
}

/** Null when there is none. Throws a `Failure`. */
export async function showOne(bus: Requests, name: UnikernelName): Promise<Unikernel | null> {
  const details = await readUnikernel(bus, name);
  return details === null ? null : unikernelOf(details);
}

/** Null when it is not set. Throws a `Failure`. */
export async function showPolicy(bus: Requests, path: PathName): Promise<Policy | null> {
  const { policies } = await bus.request(listPolicies, { name: path });
  const entry = policies.find((one) => one.path === path && !one.isMachine);
  return entry === undefined ? null : policyOf(entry.policy);
}

/** The size, or null when there is none. Throws a `Failure`. */
export async function showBlock(bus: Requests, name: UnikernelName): Promise<number | null> {
  const { blocks } = await bus.request(listBlocks, { name });
  return blocks.find((one) => one.name === name)?.sizeMib ?? null;
}

function unikernelOf(details: UnikernelDetails): Unikernel {
  return normalForm(details.name, { ...details, state: stateOf(details) });
}

function stateOf({ state }: UnikernelSummary): Unikernel['state'] {
  if (!holdsResources(state)) return 'ended';
  return state === 'stopped' ? 'stopped' : 'running';
}

/** The same members in the same order, and no others. */
function policyOf({ unikernels, memoryMib, cpus, blockMib, bridges }: Policy): Policy {
  return { unikernels, memoryMib, cpus: [...cpus], blockMib, bridges: [...bridges] };
}
