import { setTimeout as sleep } from 'node:timers/promises';
import { helloImage } from '../../../../examples/hello/src/index.ts';
import { createMany, destroyMany, manyNames } from '../../harness/many.ts';
import { RunningSystem } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import { figureOf } from '../figures.ts';
import type { Ground, Group } from '../group.ts';
import { killSupervisor, type Gap } from './restart-gap/kill-supervisor.ts';

const UNIKERNELS = 500;
const UNIKERNELS_QUICK = 20;
const ROUNDS = 3;
const ROUNDS_QUICK = 1;
/** Of one that was killed earlier, the runner puts the start off longer each time. */
const HEALTHY_MS = 10_500;

/** How long nobody answers when the supervisor is killed, beside the same of one that has nothing to take up. */
export const RESTART_GAP: Group = {
  name: 'restart-gap',
  what: 'the supervisor is killed while many unikernels run, and the next one takes them up',
  async measure(ground) {
    const names = manyNames(ground.isQuick ? UNIKERNELS_QUICK : UNIKERNELS);
    const tenders = await standInTender();
    await using empty = await RunningSystem.start({ tenders });
    await using full = await RunningSystem.start({ tenders });
    const administrator = await full.administrator();
    await createMany(administrator, names, helloImage('spt'));
    const rounds = await killAgainAndAgain(ground, empty, full);
    await destroyMany(administrator, names);
    addRows(ground, names.length, rounds);
  },
};

interface Round {
  readonly empty: Gap;
  readonly full: Gap;
}

async function killAgainAndAgain(
  ground: Ground,
  empty: RunningSystem,
  full: RunningSystem,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < (ground.isQuick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    if (round > 0) await sleep(HEALTHY_MS, undefined, { signal: ground.stop });
    ground.stop.throwIfAborted();
    rounds.push({ empty: await killSupervisor(empty), full: await killSupervisor(full) });
  }
  return rounds;
}

function addRows(ground: Ground, unikernels: number, rounds: readonly Round[]): void {
  const until = `until all ${unikernels} unikernels are adopted and listed`;
  const alone = 'the same of a supervisor without unikernels';
  const rows = [
    {
      key: 'restart-gap/from-kill',
      what: `kill -9 of the supervisor, ${until}; 250 ms of it are before the runner starts the next`,
      value: ({ fromKill }: Gap) => fromKill,
    },
    {
      key: 'restart-gap/from-start',
      what: `the start of the next supervisor's process, ${until}`,
      value: ({ fromStart }: Gap) => fromStart,
    },
  ] as const;
  for (const { key, what, value } of rows)
    ground.row({
      key,
      what,
      unit: 'ms',
      figure: figureOf(rounds.map(({ full }) => value(full))),
      limit: { what: alone, figure: figureOf(rounds.map(({ empty }) => value(empty))) },
      who: 'ours',
    });
}
