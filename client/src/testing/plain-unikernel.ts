import type { Unikernel } from '../description/tree.ts';

/** One that runs and has nothing but what every one has, and these. */
export function plainUnikernel(changes: Partial<Unikernel> = {}): Unikernel {
  return {
    digest: 'a'.repeat(64),
    memoryMib: 32,
    cpus: [0],
    nets: [],
    blocks: [],
    startupPriority: 50,
    restart: { kind: 'never' },
    arguments: [],
    addName: true,
    state: 'running',
    ...changes,
  };
}
