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
}

/** Whether `requested` fits beside everything that is held already; null when it does. */
export function admit(root: Policy, held: Iterable<Share>, requested: Share): Excess | null {
  let used = 0;
  for (const share of held) used += share.memoryMib;
  if (used + requested.memoryMib <= root.memoryMib) return null;
  return {
    policy: ':',
    resource: 'memoryMib',
    limit: root.memoryMib,
    used,
    requested: requested.memoryMib,
  };
}
