import {
  parseName,
  parseUnikernelName,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';

/** What one client alone changes, so that it knows what must be there. */
export interface OwnNames {
  readonly unikernels: readonly UnikernelName[];
  readonly blocks: readonly UnikernelName[];
  /** The last unikernel above is below the first of these. */
  readonly policies: readonly PathName[];
}

export function ownNames(client: number): OwnNames {
  const unikernels = [`u${client}`, `a:u${client}`, `a:v${client}`, `a:b:u${client}`];
  return {
    unikernels: [...unikernels, `c:u${client}`, `p${client}:w`].map(parseUnikernelName),
    blocks: [`a:d${client}`, `a:b:d${client}`].map(parseUnikernelName),
    policies: [`p${client}:`, `p${client}:q:`].map(path),
  };
}

/** What all clients change. */
export const SHARED: OwnNames = {
  unikernels: ['s', 'a:s', 'a:b:s', 'a:b:t', 'c:s'].map(parseUnikernelName),
  blocks: ['a:ds', 'a:b:ds'].map(parseUnikernelName),
  policies: ['a:', 'a:b:', 'c:', ':'].map(path),
};

function path(text: string): PathName {
  return parseName(text) as PathName;
}
