/** Targets that do what the fuzzer is to find: `planted.ts?FAULT`. */
import { WireError } from '../../wire-error.ts';
import type { Target } from './target.ts';

const FAULTS: Readonly<Record<string, Target['read']>> = {
  none: (bytes) => bytes.length,
  throws: (bytes) => {
    if (bytes.length === 0) throw new TypeError('a planted error');
    throw new WireError({ offset: 0, expected: 'nothing', found: 'bytes' });
  },
  hangs: (bytes) => {
    let value = bytes.length;
    while (bytes.length % 7 === 3) value += 1;
    return value;
  },
  dies: (bytes) => {
    const held: unknown[] = [];
    while (bytes.length % 7 === 3) held.push(Array.from({ length: 1_000_000 }, Math.random));
    return held.length;
  },
  misplaces: () => {
    throw new WireError({ offset: 1_000_000, expected: 'nothing', found: 'bytes' });
  },
};

export function allTargets(): readonly Target[] {
  const read = FAULTS[new URL(import.meta.url).search.slice(1)];
  if (read === undefined) throw new RangeError('no such fault');
  return [{ name: 'planted', seeds: [new Uint8Array(20)], read, check: () => {} }];
}
