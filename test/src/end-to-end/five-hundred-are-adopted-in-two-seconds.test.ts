import { eventually } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { createMany, destroyMany, manyNames } from '../harness/many.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { processStat } from '../harness/traces.ts';
import { whoRuns } from '../harness/who-runs.ts';

const DEADLINE = { timeout: 60_000 };
/** Of the clock that process starts are told in, on every Linux we run on. */
const TICKS_PER_S = 100;
const names = manyNames(500);

describe(`${names.length} guests, when their supervisor is killed`, () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    await createMany(await system.administrator(), names, helloImage('spt'));
  }, DEADLINE);
  after(async () => {
    await destroyMany(await system.administrator(), names);
    await system[Symbol.asyncDispose]();
  }, DEADLINE);

  it('are all taken up by the next one as they are', DEADLINE, async (t) => {
    const administrator = await system.administrator();
    const before = await whoRuns(administrator);
    assert.deepEqual(Object.keys(before), names.toSorted());
    const former = system.pidOf('supervisor');
    process.kill(former, 'SIGKILL');
    // Not before: what the bus still hands to the dead one is answered by nobody.
    await eventually('there is another', () => ![0, former].includes(system.pidOf('supervisor')));
    const answeredAt = await firstAnswer();
    const pid = system.pidOf('supervisor');
    const worked = cpuSeconds(pid);
    const startedAt = Number(processStat(pid)?.startTicks) / TICKS_PER_S;
    assert.deepEqual(await whoRuns(administrator), before);
    const took = (answeredAt - startedAt).toFixed(2);
    t.diagnostic(
      `from the start of its process to the answer: ${took} s, ${worked} s of them work`,
    );
  });

  /** Resolves when the list can be had again; seconds since boot. */
  async function firstAnswer(): Promise<number> {
    const administrator = await system.administrator();
    for (;;) {
      try {
        await administrator.list();
        return secondsSinceBoot();
      } catch (error) {
        // For as long as none is there.
        if (!(error instanceof Failure)) throw error;
      }
    }
  }
});

function secondsSinceBoot(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}

/** What a process took of the machine's processors, which others that are busy do not change. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}
