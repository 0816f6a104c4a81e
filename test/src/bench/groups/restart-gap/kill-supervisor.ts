import { eventually } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RunningSystem } from '../../../harness/running-system.ts';
import { processStat } from '../../../harness/traces.ts';
import { whoRuns } from '../../../harness/who-runs.ts';

/** How long nobody answered, in milliseconds. */
export interface Gap {
  /** From the signal, until the list of all unikernels was had again. */
  readonly fromKill: number;
  /** The part of it since the next one was started; in steps of 10 ms, as the kernel tells it. */
  readonly fromStart: number;
}

/** Of the clock that process starts are told in, on every Linux we run on. */
const TICKS_PER_S = 100;

/** SIGKILL; resolves when the next one answers. Fails unless all unikernels are as they were. */
export async function killSupervisor(system: RunningSystem): Promise<Gap> {
  const administrator = await system.administrator();
  const before = await whoRuns(administrator);
  const former = system.pidOf('supervisor');
  const from = performance.now();
  process.kill(former, 'SIGKILL');
  // Not before: what the bus still hands to the dead one is answered by nobody.
  await eventually('there is another', () => ![0, former].includes(system.pidOf('supervisor')));
  const count = await firstAnswer(system);
  const fromKill = performance.now() - from;
  const fromStart = msSinceStart(system.pidOf('supervisor'));
  assert.equal(count, Object.keys(before).length);
  assert.deepEqual(await whoRuns(administrator), before);
  return { fromKill, fromStart };
}

/** Of how many unikernels it tells. */
async function firstAnswer(system: RunningSystem): Promise<number> {
  const administrator = await system.administrator();
  for (;;) {
    try {
      return (await administrator.list()).length;
    } catch (error) {
      // For as long as none is there.
      if (!(error instanceof Failure)) throw error;
    }
  }
}

function msSinceStart(pid: number): number {
  const startedAt = Number(processStat(pid)?.startTicks) / TICKS_PER_S;
  const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return (now - startedAt) * 1000;
}
