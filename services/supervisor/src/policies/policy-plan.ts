import { Failure } from '@albatross/shared/contracts/failures';
import { ancestry } from '@albatross/shared/domain/ancestry';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Holdings, Policy } from '@albatross/shared/domain/policy';
import { conflictOf, conflictWithUse } from '@albatross/shared/domain/policy-change';
import { describeConflict, type Conflict } from '@albatross/shared/domain/policy-conflict';
import { usageOf } from '@albatross/shared/domain/usage';
import { isDeepStrictEqual } from 'node:util';
import type { StoredPolicies, StoredPolicy } from '@albatross/shared/contracts/stored-policies';

/** Policies that are kept at all, and below any path but the root: whoever holds a path can make paths below it. */
export const POLICIES_MAX = 16_384;
export const POLICIES_BELOW_MAX = 1_024;

/** What somebody wants to stand at a path. */
export interface Wish {
  readonly path: PathName;
  readonly policy: Policy;
  /** When it was decided; null: now, whatever stands there. */
  readonly setAt: number | null;
}

export interface Plan {
  /** What is stored anew; null: not any more. */
  readonly changes: ReadonlyMap<PathName, StoredPolicy | null>;
  /** Those of them where another policy holds than before, and not only since another time. */
  readonly altered: readonly PathName[];
}

/** All wishes together. Throws `POLICY_CONFLICT`. */
export function planSetting(
  stored: StoredPolicies,
  wishes: readonly Wish[],
  { holdings, now }: { readonly holdings: () => Holdings; readonly now: number },
): Plan {
  const changes = new Map<PathName, StoredPolicy>();
  const others = new Map<PathName, Policy>();
  for (const wish of wishes) {
    const before = stored.get(wish.path);
    const after = settle(before, wish, now);
    if (after === null) continue;
    changes.set(wish.path, after);
    if (!isDeepStrictEqual(after.policy, before?.policy)) others.set(wish.path, after.policy);
  }
  if (others.size > 0) {
    checkRoom(stored, [...others.keys()]);
    const policies = new Map([...stored].map(([path, { policy }]) => [path, policy] as const));
    refuse(conflictOf(policies, holdings(), others));
  }
  return { changes, altered: [...others.keys()] };
}

/**
 * What stands at a path after a wish; null when nothing changes. What was decided earlier than what stands
 * there is a certificate that was used before, or should have been replaced: it changes nothing. A time to
 * come would keep out everything until then, so it counts as now.
 */
function settle(
  before: StoredPolicy | undefined,
  { policy, setAt }: Wish,
  now: number,
): StoredPolicy | null {
  const known = before?.setAt ?? 0;
  const at = setAt === null ? Math.max(now, known) : Math.min(setAt, now);
  if (before === undefined) return { policy, setAt: at };
  if (at < known) return null;
  if (at === known && isDeepStrictEqual(policy, before.policy)) return null;
  return { policy, setAt: at };
}

/** Nobody may fill the file of all, nor the share of those beside them. */
function checkRoom(stored: StoredPolicies, paths: readonly PathName[]): void {
  const all = [...new Set([...stored.keys(), ...paths])];
  if (all.length === stored.size) return;
  const below = new Map<PathName, number>([[ROOT, 0]]);
  for (const path of all) {
    for (const above of ancestry(path)) {
      if (above !== path) below.set(above, (below.get(above) ?? 0) + 1);
    }
  }
  for (const above of paths.flatMap((path) => ancestry(path))) {
    const most = above === ROOT ? POLICIES_MAX : POLICIES_BELOW_MAX;
    const count = below.get(above) ?? 0;
    if (count <= most) continue;
    throw new Failure(
      'POLICY_CONFLICT',
      `below ${above} there are as many policies as there may be, ${most}; remove some`,
      { path: above, limit: most },
    );
  }
}

/** Throws `POLICY_NOT_FOUND` or `POLICY_CONFLICT`. */
export function planRemoval(
  stored: StoredPolicies,
  path: PathName,
  { holdings, machine }: { readonly holdings: () => Holdings; readonly machine: () => Policy },
): Plan {
  if (!stored.has(path)) throw unknown(path);
  if (path === ROOT) refuse(conflictOfMachine(holdings(), machine()));
  return { changes: new Map([[path, null]]), altered: [path] };
}

function unknown(path: PathName): Failure {
  const text =
    path === ROOT
      ? 'at the root there is only the policy of the machine itself, which cannot be removed'
      : `there is no policy of ${path}`;
  return new Failure('POLICY_NOT_FOUND', text, { path });
}

/**
 * Whether what is held fits the machine without the operator's word. CPUs and bridges that the machine has
 * lost meanwhile were not that word's to give.
 */
function conflictOfMachine(holdings: Holdings, machine: Policy): Conflict | null {
  const { cpus, bridges } = usageOf(ROOT, holdings);
  return conflictWithUse(ROOT, { ...machine, cpus, bridges }, holdings);
}

function refuse(conflict: Conflict | null): void {
  if (conflict === null) return;
  throw new Failure('POLICY_CONFLICT', describeConflict(conflict), { ...conflict });
}
