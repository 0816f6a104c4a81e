import type { Outcome } from './cell.ts';
import type { Subcommand } from './subcommands.ts';

/** All steps of a column, by subcommand. */
export type Tried = ReadonlyMap<Subcommand, readonly Outcome[]>;

/** `outcomeAt` has one for each step. */
export function tally<T extends { readonly subcommand: Subcommand }>(
  steps: readonly T[],
  outcomeAt: (step: T, index: number) => Outcome | undefined,
): Tried {
  const tried = new Map<Subcommand, Outcome[]>();
  for (const [index, step] of steps.entries()) {
    const outcome = outcomeAt(step, index);
    if (outcome === undefined) throw new RangeError(`step ${index} was not carried out`);
    const before = tried.get(step.subcommand);
    if (before === undefined) tried.set(step.subcommand, [outcome]);
    else before.push(outcome);
  }
  return tried;
}
