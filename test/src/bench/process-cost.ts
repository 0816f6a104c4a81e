import { parseProcessCounters } from '@albatross/shared/runtime/process-stat';
import { readFileSync } from 'node:fs';

/** `USER_HZ`, in which the kernel tells times to everybody, on every machine we run on. */
const TICKS_PER_SECOND = 100;

/** CPU time that all threads of a process took until now. */
export function cpuSecondsOf(pid: number): number {
  const counters = parseProcessCounters(readFileSync(`/proc/${pid}/stat`));
  if (counters === null) throw new Error(`${pid} has no counters`);
  return (counters.utimeTicks + counters.stimeTicks) / TICKS_PER_SECOND;
}

/** Memory of a process, what it shares with others by its part. */
export function pssKibOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? Number.NaN);
}
