import { parseName, parseUnikernelName, ROOT, type PathName } from '../name.ts';
import type { BlockShare, Policies, Policy, Share } from '../policy.ts';

/** Names, shares and policies as tests write them. */
export const path = (text: string): PathName => parseName(text) as PathName;

export function share(name: string, memoryMib = 32, rest: Partial<Share> = {}): Share {
  return { cpus: [0], bridges: [], ...rest, name: parseUnikernelName(name), memoryMib };
}

export function block(name: string, sizeMib: number): BlockShare {
  return { name: parseUnikernelName(name), sizeMib };
}

/** Allows plenty of everything a test does not speak of. */
export function policy(limits: Partial<Policy> = {}): Policy {
  return {
    unikernels: 1000,
    memoryMib: 100_000,
    cpus: [0, 1, 2, 3],
    blockMib: 100_000,
    bridges: ['br0', 'br1'],
    ...limits,
  };
}

export function policies(limits: Readonly<Record<string, Partial<Policy>>>): Policies {
  const all = Object.entries(limits).map(([text, one]) => [path(text), policy(one)] as const);
  return new Map([[ROOT, policy()], ...all]);
}
