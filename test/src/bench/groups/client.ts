import { helloImage } from '../../../../examples/hello/src/index.ts';
import { clientProgram } from '../../harness/client-program.ts';
import { createMany, manyNames } from '../../harness/many.ts';
import { RunningSystem } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import { figureOf, onlyOnce } from '../figures.ts';
import type { Ground, Group } from '../group.ts';
import { runNode, type NodeRun } from './client/run-node.ts';

const UNIKERNELS = 3;
const RUNS = 100;
const QUICK_RUNS = 5;

/** The installed client against a running system; one is run after the other, in turn with a Node that does nothing. */
export const CLIENT: Group = {
  name: 'client',
  what: `albatross info as a process, of ${UNIKERNELS} unikernels`,
  measure: async (ground) => {
    await using system = await RunningSystem.start({ tenders: await standInTender() });
    const names = manyNames(UNIKERNELS);
    await createMany(await system.administrator(), names, helloImage('spt'));
    const client = [await clientProgram(), '--dir', system.dir, 'info'];
    const bare: NodeRun[] = [];
    const info: NodeRun[] = [];
    const runs = ground.isQuick ? QUICK_RUNS : RUNS;
    // The first of each has everything read from the disk.
    for (let run = -1; run < runs && !ground.stop.aborted; run += 1) {
      const [nothing, all] = [runNode(['-e', '0'], []), runNode(client, names)];
      if (run < 0) continue;
      bare.push(nothing);
      info.push(all);
    }
    ground.stop.throwIfAborted();
    report(ground, bare, info);
  },
};

function report(ground: Ground, bare: readonly NodeRun[], info: readonly NodeRun[]): void {
  const wall = (runs: readonly NodeRun[]) => figureOf(runs.map(({ wallMs }) => wallMs));
  const cpu = (runs: readonly NodeRun[]) =>
    onlyOnce(runs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / runs.length);
  const what = 'node -e 0';
  ground.row({
    key: 'client/info',
    what: 'albatross info, from its start to its end',
    unit: 'ms',
    figure: wall(info),
    limit: { what, figure: wall(bare) },
    who: 'ours',
  });
  ground.row({
    key: 'client/info-cpu',
    what: 'its CPU, on the average',
    unit: 'ms',
    figure: cpu(info),
    limit: { what, figure: cpu(bare) },
    who: 'ours',
  });
}
