import assert from 'node:assert/strict';
import type { Administrator } from './administrator.ts';
import { processStat } from './traces.ts';

/** The process of a unikernel, which no other ever was or will be, and how often it was started again. */
export interface RunningOne {
  readonly pid: number;
  readonly startTicks: string;
  readonly restarts: number;
}

/**
 * By name; fails unless all of them run. Equal before and after, it says that nothing happened to any of
 * them.
 */
export async function whoRuns(
  administrator: Administrator,
): Promise<Readonly<Record<string, RunningOne>>> {
  const entries = (await administrator.list()).map(({ name, state, pid, restarts }) => {
    const startTicks = processStat(pid ?? 0)?.startTicks;
    assert.ok(pid !== null && startTicks !== undefined, `${name} is ${state}, process ${pid}`);
    assert.equal(state, 'running', name);
    return [name, { pid, startTicks, restarts }] as const;
  });
  return Object.fromEntries(entries);
}
