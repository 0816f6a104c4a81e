import assert from 'node:assert/strict';
import { commandOf, unikernelProcesses } from '../../../harness/traces.ts';
import { pssKibOf } from '../../process-cost.ts';

/** KiB that each life has beside its tender: of its processes that are none, as many as there are lives. */
export function besideTendersKib(dir: string, lives: number): readonly number[] {
  const others = unikernelProcesses(dir).filter((pid) => !commandOf(pid).startsWith('solo5-'));
  assert.equal(others.length, lives, 'one keeper for each tender');
  return others.map(pssKibOf);
}
