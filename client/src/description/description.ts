import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import type { BlockOption, NetOption } from '../arguments.ts';
import type { Unikernel } from './tree.ts';
import type { Place } from './value.ts';

/** What a file asks for, before anybody has looked at the files that it names. */
export interface Description {
  /** It speaks of everything at and below this path. */
  readonly path: PathName;
  readonly policies: ReadonlyMap<PathName, Policy>;
  readonly blocks: ReadonlyMap<UnikernelName, DescribedBlock>;
  readonly unikernels: ReadonlyMap<UnikernelName, DescribedUnikernel>;
}

export interface DescribedBlock {
  readonly sizeMib: number;
  /** What is on it at first, if it has to be made; null: zeros. */
  readonly content: DescribedFile | null;
}

/** Relative to the file that names it. */
export interface DescribedFile {
  readonly path: string;
  readonly at: Place;
}

export interface DescribedUnikernel extends Omit<
  Unikernel,
  'digest' | 'nets' | 'blocks' | 'addName' | 'state'
> {
  /** Null: true, unless the guest has shown already that it does not take it. */
  readonly addName: boolean | null;
  readonly image: DescribedImage;
  /** What the image's manifest has and neither of these does is added. */
  readonly nets: readonly NetOption[];
  readonly blocks: readonly BlockOption[];
  readonly state: 'running' | 'stopped';
  readonly at: Place;
}

/** At least one of the two is known. */
export interface DescribedImage {
  readonly file: DescribedFile | null;
  readonly sha256: string | null;
  readonly at: Place;
}
