import type { PathName } from './name.ts';
import {
  amountOf,
  choiceOf,
  isOrAre,
  listOf,
  numberOf,
  type AmountResource,
} from './policy-words.ts';

/** Why a policy cannot be set at `policy`: what stands above, what stands below, or what is used already. */
export type Conflict = Lack &
  (
    | { readonly kind: 'above'; readonly policy: PathName; readonly above: PathName }
    | { readonly kind: 'below'; readonly policy: PathName; readonly below: PathName }
    | { readonly kind: 'used'; readonly policy: PathName }
  );

/** What is needed and not allowed. */
export type Lack =
  | { readonly resource: AmountResource; readonly allowed: number; readonly needed: number }
  | ChoiceLack<'cpus', number>
  | ChoiceLack<'bridges', string>;

interface ChoiceLack<Resource, Item> {
  readonly resource: Resource;
  readonly allowed: readonly Item[];
  /** Only those that are not allowed. */
  readonly needed: readonly Item[];
}

/** One sentence: `the policy of foo:bar: would allow 5 unikernels, but that of foo: above it allows 2 unikernels`. */
export function describeConflict(conflict: Conflict): string {
  const { kind, policy } = conflict;
  const { allowed, needed } = words(conflict);
  switch (kind) {
    case 'above':
      return `the policy of ${policy} would allow ${needed}, but that of ${conflict.above} above it allows ${allowed}`;
    case 'below':
      return `the policy of ${policy} would allow ${allowed}, but that of ${conflict.below} below it allows ${needed}`;
    case 'used':
      return `the policy of ${policy} would allow ${allowed}, but ${used(conflict)} used at and below it`;
  }
}

function words(lack: Lack): { readonly allowed: string; readonly needed: string } {
  if (lack.resource !== 'cpus' && lack.resource !== 'bridges') {
    const { resource, allowed, needed } = lack;
    return { allowed: amountOf(resource, allowed), needed: amountOf(resource, needed) };
  }
  const { resource, allowed, needed } = lack;
  const only = allowed.length === 0 ? '' : 'only ';
  return { allowed: `${only}${choiceOf(resource, allowed)}`, needed: choiceOf(resource, needed) };
}

function used(lack: Lack): string {
  if (lack.resource === 'cpus' || lack.resource === 'bridges') {
    return `${listOf(lack.needed)} ${lack.needed.length === 1 ? 'is' : 'are'}`;
  }
  return `${numberOf(lack.resource, lack.needed)} ${isOrAre(lack.resource, lack.needed)}`;
}
