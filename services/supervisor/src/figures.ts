import type { DomainUse, HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import { ancestry } from '@albatross/shared/domain/ancestry';
import { pathOf, ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Policies, Policy } from '@albatross/shared/domain/policy';
import { UNIKERNEL_STATES } from '@albatross/shared/domain/unikernel';
import type { Blocks } from './blocks/blocks.ts';
import type { EventLog } from './events/event-log.ts';
import type { Inventory } from './unikernels/inventory.ts';
import type { PolicyBook } from './policies/policies.ts';
import type { Unikernel } from './unikernels/unikernel.ts';

interface Parts {
  readonly inventory: Pick<Inventory, 'shares'> & {
    all(): readonly Pick<Unikernel, 'phase' | 'restarts'>[];
  };
  readonly policies: Pick<PolicyBook, 'views'>;
  readonly blocks: Pick<Blocks, 'shares' | 'userOf'>;
  readonly events: Pick<EventLog, 'list'>;
}

/** What the supervisor tells in a heartbeat. */
export function supervisorFigures(parts: Parts): HeartbeatContent {
  const { inventory, policies, blocks, events } = parts;
  // What is only being written does not hold yet.
  const [standing = NO_POLICIES] = policies.views();
  const domains = domainsOf(standing, parts);
  const all = inventory.all();
  const states = UNIKERNEL_STATES.map((state) => {
    return [`unikernels.${state}`, all.filter(({ phase }) => phase.kind === state).length] as const;
  });
  const { last } = events.list({ name: ROOT, from: { kind: 'count', count: 0 } });
  return {
    connections: [],
    figures: { restarts: all.reduce((sum, { restarts }) => sum + restarts, 0) },
    digest: {
      ...Object.fromEntries(states),
      blocks: blocks.shares().length,
      policies: standing.size,
      domains: domains.length,
      newestEvent: last ?? 0,
    },
    domains,
  };
}

const NO_POLICIES: Policies = new Map();

/** Of every path that has a policy, and then of all others at or below which anything is held. */
function domainsOf(standing: Policies, parts: Parts): readonly DomainUse[] {
  const held = usedByPath(parts);
  const others = [...held.keys()].filter((path) => !standing.has(path));
  return [...rootFirst(standing.keys()), ...rootFirst(others)].map((path) => {
    const maximum = maximumOf(standing.get(path));
    return { path, maximum, used: held.get(path) ?? NOTHING_USED };
  });
}

type Used = DomainUse['used'];

const NOTHING_USED: Used = {
  unikernels: 0,
  memoryMib: 0,
  attachedBlockMib: 0,
  unattachedBlockMib: 0,
};

function usedByPath({ inventory, blocks }: Parts): ReadonlyMap<PathName, Used> {
  const inPath = new Map<PathName, Used>();
  for (const { name, memoryMib } of inventory.shares())
    add(inPath, pathOf(name), { ...NOTHING_USED, unikernels: 1, memoryMib });
  for (const { name, sizeMib } of blocks.shares()) {
    const key = blocks.userOf(name) === null ? 'unattachedBlockMib' : 'attachedBlockMib';
    add(inPath, pathOf(name), { ...NOTHING_USED, [key]: sizeMib });
  }
  // Up from each path once, however much is in it: this is done every few seconds, for all there is.
  const atOrBelow = new Map<PathName, Used>();
  for (const [path, used] of inPath)
    for (const above of ancestry(path)) add(atOrBelow, above, used);
  return atOrBelow;
}

function add(sums: Map<PathName, Used>, path: PathName, more: Used): void {
  const sum = sums.get(path);
  if (sum === undefined) {
    sums.set(path, { ...more });
    return;
  }
  sum.unikernels += more.unikernels;
  sum.memoryMib += more.memoryMib;
  sum.attachedBlockMib += more.attachedBlockMib;
  sum.unattachedBlockMib += more.unattachedBlockMib;
}

function rootFirst(paths: Iterable<PathName>): readonly PathName[] {
  const order = (path: PathName): string => (path === ROOT ? '' : path);
  return [...paths].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function maximumOf(policy: Policy | undefined): DomainUse['maximum'] {
  if (policy === undefined) return null;
  const { unikernels, memoryMib, blockMib } = policy;
  return { unikernels, memoryMib, blockMib };
}
