import type { UnikernelName } from './name.ts';

/** What one unikernel takes, or would take, of what a policy limits. */
export interface Share {
  readonly name: UnikernelName;
  readonly memoryMib: number;
}

/** What the machine itself allows: the policy of the root. */
export interface Policy {
  readonly memoryMib: number;
}

/** A refusal that explains itself. */
export interface Excess {
  readonly policy: ':';
  readonly resource: 'memoryMib';
  readonly limit: number;
  readonly used: number;
  readonly requested: number;
  /** The largest of those who use it, at most `USERS_NAMED_MAX`. */
  readonly usedBy: readonly Share[];
}

/** A refusal names so many. */
export const USERS_NAMED_MAX = 10;

/** Whether `requested` fits beside everything that is held already; null when it does. */
export function admit(root: Policy, held: Iterable<Share>, requested: Share): Excess | null {
  const shares = [...held];
  const used = shares.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
  if (used + requested.memoryMib <= root.memoryMib) return null;
  return {
    policy: ':',
    resource: 'memoryMib',
    limit: root.memoryMib,
    used,
    requested: requested.memoryMib,
    // Only these two of what may be a whole configuration, secrets included.
    usedBy: shares
      .toSorted((a, b) => b.memoryMib - a.memoryMib)
      .slice(0, USERS_NAMED_MAX)
      .map(({ name, memoryMib }) => ({ name, memoryMib })),
  };
}
