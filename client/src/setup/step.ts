import type { Ownership } from './place.ts';

/** One thing that is made or mended. */
export type Step = AccountStep | PlaceStep | IssueStep;

export interface AccountStep {
  readonly kind: 'group' | 'user';
  readonly name: string;
}

/** A key or certificate. */
export interface IssueStep {
  readonly kind: 'issue';
  readonly path: string;
}

export type PlaceStep = MakeFolder | WriteFile | Mend;

export interface MakeFolder extends Ownership {
  readonly kind: 'make-folder';
}

/** A file that is not there, or says something else. */
export interface WriteFile extends Ownership {
  readonly kind: 'make-file' | 'rewrite-file';
  readonly text: string;
}

/** Of another owner or mode than it should be. */
export interface Mend extends Ownership {
  readonly kind: 'mend';
  readonly was: string;
  readonly now: string;
}

/** For people, once it is done. */
export function stepLine(step: Step): string {
  switch (step.kind) {
    case 'group':
    case 'user':
      return `made the ${step.kind} ${step.name}`;
    case 'make-folder':
      return `made the folder ${step.path}`;
    case 'make-file':
    case 'issue':
      return `made ${step.path}`;
    case 'rewrite-file':
      return `wrote ${step.path} anew`;
    case 'mend':
      return `mended ${step.path}: ${step.now}, it was ${step.was}`;
  }
}

/** The same for programs. */
export function stepToJson(step: Step): { readonly change: Step['kind']; readonly name: string } {
  return { change: step.kind, name: 'name' in step ? step.name : step.path };
}
