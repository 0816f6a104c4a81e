import { ROOT } from '@albatross/shared/domain/name';
import { INFO } from '../../../harness/tenants.ts';
import { figureOf } from '../../figures.ts';
import { addRow, type PeerMeasurement } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { ask } from '../talk.ts';

const RUNS = 10;
const RUNS_QUICK = 1;
const DAEMONS = ['albatross-console', 'albatrossd', 'albatross-stats'] as const;
const SYSTEM = {
  key: 'start-up/system',
  what: `${DAEMONS.join(', ')} started one after the other, until info is answered`,
  unit: 'ms',
} as const;

/** One after the other: the daemon ends when no console is there. */
export const PEER_START_UP: PeerMeasurement = {
  group: 'start-up',
  needs: DAEMONS,
  rows: [SYSTEM],
  async measure(ground, programs) {
    const taken: number[] = [];
    const runs = ground.isQuick ? RUNS_QUICK : RUNS;
    for (let run = -1; run < runs; run += 1) {
      ground.stop.throwIfAborted();
      // Its folders are none of what it does.
      await using system = await PeerSystem.start(programs, null, []);
      const from = performance.now();
      for (const daemon of DAEMONS) await system.startOne(daemon);
      await ask(system.socket('vmmd'), ROOT, INFO);
      if (run >= 0) taken.push(performance.now() - from);
    }
    addRow(ground, SYSTEM, { figure: figureOf(taken) });
  },
};
