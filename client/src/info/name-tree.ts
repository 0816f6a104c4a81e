import type { Requests } from '@albatross/shared/bus/bus';
import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { ancestry } from '@albatross/shared/domain/ancestry';
import { isWithin, pathOf, type PathName } from '@albatross/shared/domain/name';
import { holdsResources } from '@albatross/shared/domain/unikernel';
import { amountsByPath, NOTHING_USED, type Amounts } from '@albatross/shared/domain/usage';
import { readBlocks } from '../read-blocks.ts';
import { readPolicies } from '../read-policies.ts';
import { readUnikernels } from './read-unikernels.ts';

/** What there is at and below a path, in any order. */
export interface TreeParts {
  readonly policies: readonly PolicyEntry[];
  readonly unikernels: readonly UnikernelSummary[];
  readonly blocks: readonly BlockEntry[];
}

/** One path, with what stands in it. */
export interface TreeNode {
  readonly path: PathName;
  /** Null: those above it hold, and no other. */
  readonly policy: PolicyEntry | null;
  /** By everything at and below it. */
  readonly usage: Amounts;
  readonly unikernels: readonly UnikernelSummary[];
  readonly blocks: readonly BlockEntry[];
  /** The paths one label below. */
  readonly below: readonly TreeNode[];
}

/** Throws a `Failure`. */
export async function readTreeParts(bus: Requests, path: PathName): Promise<TreeParts> {
  const [policies, unikernels, blocks] = await Promise.all([
    readPolicies(bus, path),
    readUnikernels(bus, path),
    readBlocks(bus, path),
  ]);
  return { policies, unikernels, blocks };
}

/** Everything of `parts` in its place, each sorted by name. Paths that nothing has are there if something below has. */
export function nameTree(root: PathName, parts: TreeParts): TreeNode {
  const nodes = new Map<PathName, Draft>([[root, emptyNode(root)]]);
  const policies = new Map(parts.policies.map((entry) => [entry.path, entry]));
  const amounts = usageByPath(parts);
  const unikernels = parts.unikernels.toSorted(byName);
  const blocks = parts.blocks.toSorted(byName);
  const paths = new Set(
    [...policies.keys(), ...[...unikernels, ...blocks].map(({ name }) => pathOf(name))].flatMap(
      (path) => ancestry(path).filter((above) => isWithin(above, root)),
    ),
  );
  // A path comes before those below it.
  for (const path of [...paths].toSorted()) {
    if (path !== root) nodeOf(nodes, parentOf(path)).below.push(newNode(nodes, path));
  }
  for (const unikernel of unikernels)
    nodeOf(nodes, pathOf(unikernel.name)).unikernels.push(unikernel);
  for (const block of blocks) nodeOf(nodes, pathOf(block.name)).blocks.push(block);
  for (const [path, node] of nodes) {
    node.policy = policies.get(path) ?? null;
    node.usage = node.policy?.usage ?? amounts.get(path) ?? NOTHING_USED;
  }
  return nodeOf(nodes, root);
}

interface Draft extends TreeNode {
  policy: PolicyEntry | null;
  usage: Amounts;
  readonly unikernels: UnikernelSummary[];
  readonly blocks: BlockEntry[];
  readonly below: Draft[];
}

function emptyNode(path: PathName): Draft {
  return { path, policy: null, usage: NOTHING_USED, unikernels: [], blocks: [], below: [] };
}

function newNode(nodes: Map<PathName, Draft>, path: PathName): Draft {
  const node = emptyNode(path);
  nodes.set(path, node);
  return node;
}

function nodeOf(nodes: ReadonlyMap<PathName, Draft>, path: PathName): Draft {
  const node = nodes.get(path);
  if (node === undefined) throw new TypeError(`${path} was asked for and is not below the root`);
  return node;
}

/** The path that one stands in; of the root, itself. */
function parentOf(path: PathName): PathName {
  const [, parent = path] = ancestry(path);
  return parent;
}

/** As the supervisor counts, for paths whose use it does not tell because they have no policy. */
function usageByPath({ unikernels, blocks }: TreeParts): ReadonlyMap<PathName, Amounts> {
  const held = unikernels.filter(({ state }) => holdsResources(state));
  return amountsByPath({
    unikernels: held.map(({ name, memoryMib }) => ({ name, memoryMib, cpus: [], bridges: [] })),
    blocks,
  });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
