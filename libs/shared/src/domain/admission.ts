import { ancestry } from './ancestry.ts';
import type { AmountExcess, Excess, User } from './excess.ts';
import { isWithin, pathOf, type PathName } from './name.ts';
import type { BlockShare, Policies, Policy, Share } from './policy.ts';

/** A refusal names so many. */
export const USERS_NAMED_MAX = 10;

/**
 * Whether one more unikernel fits the policy of its path and of every path above it, each over all that is
 * held at and below that path; null when it does, else what it does not fit, nearest first.
 *
 * `views` are the policies as they stand, and as they will once a change is on the disk: it must fit all.
 * The refusal names nobody outside of `visible`, which is where the asker may look.
 */
export function admitUnikernel(
  views: readonly Policies[],
  held: readonly Share[],
  requested: Share,
  visible: PathName,
): Excess | null {
  return firstExcess(views, pathOf(requested.name), (path, policy) => {
    const within = held.filter(({ name }) => isWithin(name, path));
    const at = { path, visible };
    return (
      amountExcess(at, 'unikernels', policy.unikernels, counted(within), 1) ??
      amountExcess(at, 'memoryMib', policy.memoryMib, memory(within), requested.memoryMib) ??
      cpuExcess(at, policy, requested) ??
      bridgeExcess(at, policy, requested)
    );
  });
}

/** The same of one more block device. */
export function admitBlock(
  views: readonly Policies[],
  held: readonly BlockShare[],
  requested: BlockShare,
  visible: PathName,
): Excess | null {
  return firstExcess(views, pathOf(requested.name), (path, policy) => {
    const users = held
      .filter(({ name }) => isWithin(name, path))
      .map(({ name, sizeMib }) => ({ name, used: sizeMib }));
    const limit = policy.blockMib ?? 0;
    return amountExcess({ path, visible }, 'blockMib', limit, users, requested.sizeMib);
  });
}

function firstExcess(
  views: readonly Policies[],
  path: PathName,
  check: (path: PathName, policy: Policy) => Excess | null,
): Excess | null {
  for (const one of ancestry(path)) {
    for (const view of views) {
      const policy = view.get(one);
      const excess = policy === undefined ? null : check(one, policy);
      if (excess !== null) return excess;
    }
  }
  return null;
}

/** The policy that is looked at, and how far the asker may see. */
interface Place {
  readonly path: PathName;
  readonly visible: PathName;
}

const counted = (shares: readonly Share[]): User[] => shares.map(({ name }) => ({ name, used: 1 }));
const memory = (shares: readonly Share[]): User[] =>
  shares.map(({ name, memoryMib }) => ({ name, used: memoryMib }));

function amountExcess(
  { path, visible }: Place,
  resource: AmountExcess['resource'],
  limit: number,
  users: readonly User[],
  requested: number,
): AmountExcess | null {
  const used = sum(users);
  // A difference of two safe integers is exact, as their sum need not be.
  if (requested <= limit - used) return null;
  const usedBy = users
    .filter(({ name }) => isWithin(name, visible))
    .toSorted((a, b) => b.used - a.used || (a.name < b.name ? -1 : 1))
    .slice(0, USERS_NAMED_MAX);
  const usedByOthers = used - sum(usedBy);
  return { policy: path, resource, limit, used, requested, usedBy, usedByOthers };
}

const sum = (users: readonly User[]): number => users.reduce((all, { used }) => all + used, 0);

function cpuExcess({ path, visible }: Place, policy: Policy, { cpus }: Share): Excess | null {
  const refused = cpus.filter((cpu) => !policy.cpus.includes(cpu));
  if (refused.length === 0) return null;
  const allowed = isWithin(path, visible) ? policy.cpus : null;
  return { policy: path, resource: 'cpus', allowed, refused };
}

function bridgeExcess({ path, visible }: Place, policy: Policy, { bridges }: Share): Excess | null {
  const refused = bridges.filter((bridge) => !policy.bridges.includes(bridge));
  if (refused.length === 0) return null;
  const allowed = isWithin(path, visible) ? policy.bridges : null;
  return { policy: path, resource: 'bridges', allowed, refused };
}
