import type { PathName, UnikernelName } from './name.ts';
import {
  amountOf,
  choiceOf,
  isOrAre,
  listOf,
  numberOf,
  type AmountResource,
} from './policy-words.ts';

/** A refusal that explains itself. `policy` is the path of the policy that does not allow the request. */
export type Excess = AmountExcess | ChoiceExcess<'cpus', number> | ChoiceExcess<'bridges', string>;

export interface AmountExcess {
  readonly policy: PathName;
  readonly resource: AmountResource;
  readonly limit: number;
  /** By everything at and below the path. */
  readonly used: number;
  readonly requested: number;
  /** The largest of those whose names the asker may know. */
  readonly usedBy: readonly User[];
  /** What all others use together. */
  readonly usedByOthers: number;
}

export interface User {
  /** Of a unikernel, or of a block device. */
  readonly name: UnikernelName;
  readonly used: number;
}

export interface ChoiceExcess<Resource extends 'cpus' | 'bridges', Item> {
  readonly policy: PathName;
  readonly resource: Resource;
  /** Null where the policy is none of the asker's: what is on it may be the names of others. */
  readonly allowed: readonly Item[] | null;
  /** What was requested and is not allowed. */
  readonly refused: readonly Item[];
}

/** One sentence: `the policy of foo: allows 2 unikernels; 2 are used (foo:a, foo:b) and 1 more was requested`. */
export function describeExcess(excess: Excess): string {
  const policy = `the policy of ${excess.policy}`;
  if (excess.resource === 'cpus' || excess.resource === 'bridges') {
    const { resource, allowed, refused } = excess;
    if (allowed === null) return `${policy} does not allow ${choiceOf(resource, refused)}`;
    const verb = refused.length === 1 ? 'was' : 'were';
    return `${policy} allows ${choiceOf(resource, allowed)}; ${listOf(refused)} ${verb} requested`;
  }
  const { resource, limit, used, requested } = excess;
  const verb = resource === 'unikernels' && requested === 1 ? 'was' : 'were';
  const asked = numberOf(resource, requested);
  const allowed = `${policy} allows ${amountOf(resource, limit)}`;
  if (used === 0) return `${allowed}; ${asked} ${verb} requested`;
  const held = `${numberOf(resource, used)} ${isOrAre(resource, used)} used (${users(excess)})`;
  return `${allowed}; ${held} and ${asked} more ${verb} requested`;
}

function users({ resource, usedBy, usedByOthers }: AmountExcess): string {
  const isCount = resource === 'unikernels';
  const named = usedBy.map(({ name, used }) => (isCount ? name : `${used} by ${name}`));
  const others = isCount
    ? `${usedByOthers} ${usedByOthers === 1 ? 'other' : 'others'}`
    : `${usedByOthers} by others`;
  return [...named, ...(usedByOthers === 0 ? [] : [others])].join(', ');
}
