import { ancestry } from './ancestry.ts';
import { isWithin, ROOT, type PathName } from './name.ts';
import type { Conflict, Lack } from './policy-conflict.ts';
import type { Holdings, Policies, Policy } from './policy.ts';
import type { AmountResource } from './policy-words.ts';
import { usageOf, type Usage } from './usage.ts';

/**
 * Whether `policies` may be changed so, all at once; null when they may. Each changed policy allows
 *
 * 1. no more than any policy above it, the root's excepted: there the sum is what counts, at each create;
 * 2. no less than any policy below it;
 * 3. no less than what is held at and below its path.
 *
 * Policies beside each other may together allow more than the one above them: what is held may not.
 */
export function conflictOf(
  policies: Policies,
  holdings: Holdings,
  changes: ReadonlyMap<PathName, Policy>,
): Conflict | null {
  const resulting: Policies = new Map([...policies, ...changes]);
  for (const [path, policy] of changes) {
    const conflict =
      conflictAbove(resulting, path, policy) ??
      conflictBelow(resulting, path, policy) ??
      conflictWithUse(path, policy, holdings);
    if (conflict !== null) return conflict;
  }
  return null;
}

function conflictAbove(policies: Policies, path: PathName, policy: Policy): Conflict | null {
  for (const above of ancestry(path)) {
    const upper = above === path || above === ROOT ? undefined : policies.get(above);
    const lack = upper === undefined ? null : lackOf(upper, policy);
    if (lack !== null) return { kind: 'above', policy: path, above, ...lack };
  }
  return null;
}

function conflictBelow(policies: Policies, path: PathName, policy: Policy): Conflict | null {
  for (const [below, lower] of policies) {
    if (below === path || !isWithin(below, path)) continue;
    const lack = lackOf(policy, lower);
    if (lack !== null) return { kind: 'below', policy: path, below, ...lack };
  }
  return null;
}

/** The third rule alone. */
export function conflictWithUse(
  path: PathName,
  policy: Policy,
  holdings: Holdings,
): Conflict | null {
  const lack = lackOf(policy, usageOf(path, holdings));
  return lack === null ? null : { kind: 'used', policy: path, ...lack };
}

/** In the order in which the original looks. */
function lackOf(policy: Policy, needed: Policy | Usage): Lack | null {
  return (
    amountLack('unikernels', policy, needed) ??
    amountLack('memoryMib', policy, needed) ??
    choiceLack(policy, needed) ??
    amountLack('blockMib', policy, needed)
  );
}

function amountLack(resource: AmountResource, policy: Policy, usage: Policy | Usage): Lack | null {
  const allowed = policy[resource] ?? 0;
  const needed = usage[resource] ?? 0;
  return needed > allowed ? { resource, allowed, needed } : null;
}

function choiceLack(policy: Policy, needed: Policy | Usage): Lack | null {
  const cpus = needed.cpus.filter((cpu) => !policy.cpus.includes(cpu));
  if (cpus.length > 0) return { resource: 'cpus', allowed: policy.cpus, needed: cpus };
  const bridges = needed.bridges.filter((bridge) => !policy.bridges.includes(bridge));
  if (bridges.length === 0) return null;
  return { resource: 'bridges', allowed: policy.bridges, needed: bridges };
}
