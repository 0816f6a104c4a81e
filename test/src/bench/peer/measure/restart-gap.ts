import { eventually } from '@albatross/shared/bus/testing/asserts';
import { standInTender } from '../../../harness/tender-path.ts';
import { figureOf } from '../../figures.ts';
import { addRow, type PeerMeasurement } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';

const UNIKERNELS = 500;
const UNIKERNELS_QUICK = 5;
const ROUNDS = 3;
const ROUNDS_QUICK = 1;
const GAP_DEADLINE_MS = 120_000;

const GAP = {
  key: 'restart-gap/from-kill',
  what: 'kill -9 of its daemon, which is started again at once, until all its unikernels are listed; those that ran are not taken up, but started anew',
  unit: 'ms',
} as const;

export const PEER_RESTART_GAP: PeerMeasurement = {
  group: 'restart-gap',
  needs: ['albatrossd', 'albatross-console'],
  rows: [GAP],
  async measure(ground, programs) {
    await using system = await PeerSystem.start(programs, await standInTender());
    const unikernels = new PeerUnikernels(system);
    const count = ground.isQuick ? UNIKERNELS_QUICK : UNIKERNELS;
    const names = await unikernels.createMany(count);
    const taken: number[] = [];
    for (let round = 0; round < (ground.isQuick ? ROUNDS_QUICK : ROUNDS); round += 1) {
      ground.stop.throwIfAborted();
      const from = performance.now();
      await system.kill('albatrossd');
      await system.startOne('albatrossd');
      const isBack = async (): Promise<boolean> => (await unikernels.count()) === names.length;
      await eventually('all unikernels are there again', isBack, GAP_DEADLINE_MS);
      taken.push(performance.now() - from);
    }
    await unikernels.destroyMany(names);
    addRow(ground, GAP, { figure: figureOf(taken) });
  },
};
