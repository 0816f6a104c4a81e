import type { PathName, UnikernelName } from './name.ts';

/** What a path and everything below it may use. */
export interface Policy {
  readonly unikernels: number;
  readonly memoryMib: number;
  /** Ascending. */
  readonly cpus: readonly number[];
  /** Null: no block devices. */
  readonly blockMib: number | null;
  /** Sorted. */
  readonly bridges: readonly string[];
}

/** By path; that of the root is always among them. */
export type Policies = ReadonlyMap<PathName, Policy>;

/** What one unikernel takes, or would take, of what a policy limits. */
export interface Share {
  readonly name: UnikernelName;
  readonly memoryMib: number;
  readonly cpus: readonly number[];
  readonly bridges: readonly string[];
}

/** The same of a block device. Its name is a path and a label, as a unikernel's is. */
export interface BlockShare {
  readonly name: UnikernelName;
  readonly sizeMib: number;
}

/** Everything that is held now. */
export interface Holdings {
  readonly unikernels: readonly Share[];
  readonly blocks: readonly BlockShare[];
}
