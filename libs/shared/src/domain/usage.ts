import { ancestry } from './ancestry.ts';
import { isWithin, pathOf, type PathName, type UnikernelName } from './name.ts';
import type { Holdings } from './policy.ts';

/** How much is held at and below a path. */
export interface Amounts {
  readonly unikernels: number;
  readonly memoryMib: number;
  readonly blockMib: number;
}

/** The same, and which of what a policy lists. */
export interface Usage extends Amounts {
  /** Ascending. */
  readonly cpus: readonly number[];
  /** Sorted. */
  readonly bridges: readonly string[];
}

export const NOTHING_USED: Amounts = { unikernels: 0, memoryMib: 0, blockMib: 0 };

export function usageOf(path: PathName, { unikernels, blocks }: Holdings): Usage {
  const shares = unikernels.filter(({ name }) => isWithin(name, path));
  const devices = blocks.filter(({ name }) => isWithin(name, path));
  return {
    unikernels: shares.length,
    memoryMib: shares.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
    blockMib: devices.reduce((sum, { sizeMib }) => sum + sizeMib, 0),
    cpus: [...new Set(shares.flatMap(({ cpus }) => cpus))].toSorted((a, b) => a - b),
    bridges: [...new Set(shares.flatMap(({ bridges }) => bridges))].toSorted(),
  };
}

/** The amounts of every path that holds anything: quicker than asking for many paths one by one. */
export function amountsByPath({ unikernels, blocks }: Holdings): ReadonlyMap<PathName, Amounts> {
  const amounts = new Map<PathName, Amounts>();
  const add = (name: UnikernelName, more: Partial<Amounts>): void => {
    for (const path of ancestry(pathOf(name))) {
      const before = amounts.get(path) ?? NOTHING_USED;
      amounts.set(path, {
        unikernels: before.unikernels + (more.unikernels ?? 0),
        memoryMib: before.memoryMib + (more.memoryMib ?? 0),
        blockMib: before.blockMib + (more.blockMib ?? 0),
      });
    }
  };
  for (const { name, memoryMib } of unikernels) add(name, { unikernels: 1, memoryMib });
  for (const { name, sizeMib } of blocks) add(name, { blockMib: sizeMib });
  return amounts;
}
