import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MINUTE_MS = 60_000;

/** CPU that each process takes in a minute, in milliseconds, as it does while we wait for `forMs`. */
export async function idleCpuMs<Name extends string>(
  pids: Readonly<Record<Name, number>>,
  forMs: number,
  stop: AbortSignal,
): Promise<Record<Name, number>> {
  const all = Object.entries(pids) as [Name, number][];
  const before = all.map(([, pid]) => ranMs(pid));
  await sleep(forMs, undefined, { signal: stop });
  const perMinute = all.map(
    ([name, pid], index) =>
      [name, ((ranMs(pid) - (before[index] ?? 0)) * MINUTE_MS) / forMs] as const,
  );
  return Object.fromEntries(perMinute) as Record<Name, number>;
}

/**
 * Of all its threads until now: the first field of /proc/PID/task/TID/schedstat, in nanoseconds. What
 * /proc/PID/stat tells is too coarse for who does next to nothing.
 */
function ranMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const ns = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}
