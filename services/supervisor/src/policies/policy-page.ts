import { encode } from '@albatross/shared/bus/codec';
import type { listPolicies, PolicyEntry } from '@albatross/shared/contracts/policy';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { isWithin, ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Holdings, Policy } from '@albatross/shared/domain/policy';
import { rootPolicy } from '@albatross/shared/domain/root-policy';
import { amountsByPath, NOTHING_USED } from '@albatross/shared/domain/usage';
import type { StoredPolicies } from '@albatross/shared/contracts/stored-policies';

/** Policies in one page together have at most so many bytes. */
export const POLICIES_PAGE_BYTES_MAX = 256 * 1024;

interface Standing {
  readonly stored: StoredPolicies;
  readonly machine: Policy;
  readonly holdings: Holdings;
}

/** The policies of a path and below it, as far as one message takes them. */
export function policyPage(
  { name, after }: RequestOf<typeof listPolicies>,
  standing: Standing,
): ReplyOf<typeof listPolicies> {
  const isNext = (path: PathName): boolean =>
    isWithin(path, name) && (after === undefined || order(path) > order(after));
  const paths = policyPaths(standing.stored).filter(isNext);
  const entryOf = entries(standing);
  const policies: PolicyEntry[] = [];
  let bytes = 0;
  for (const path of paths) {
    const entry = entryOf(path);
    bytes += encode(entry).byteLength;
    if (bytes > POLICIES_PAGE_BYTES_MAX && policies.length > 0) break;
    policies.push(entry);
  }
  const last = policies.at(-1);
  const next = last !== undefined && policies.length < paths.length ? last.path : null;
  return { policies, next };
}

/** Every path that has a policy: the root, which always has one, and then as text, so that each comes before those below it. */
function policyPaths(stored: StoredPolicies): readonly PathName[] {
  const others = [...stored.keys()].filter((path) => path !== ROOT);
  return [ROOT, ...others.toSorted()];
}

const order = (path: PathName): string => (path === ROOT ? '' : path);

/** Shows one path after the other; what all hold is counted once. */
function entries({ stored, machine, holdings }: Standing): (path: PathName) => PolicyEntry {
  const amounts = amountsByPath(holdings);
  return (path) => {
    const own = stored.get(path);
    const { cpus, bridges, ...policy } =
      path === ROOT || own === undefined ? rootPolicy(machine, own?.policy) : own.policy;
    return {
      path,
      policy: { ...policy, cpus: [...cpus], bridges: [...bridges] },
      usage: { ...(amounts.get(path) ?? NOTHING_USED) },
      setAt: own?.setAt ?? null,
      isMachine: own === undefined,
    };
  };
}
