import assert from 'node:assert/strict';
import { standInTender } from '../../../harness/tender-path.ts';
import { figureOf } from '../../figures.ts';
import { takeTurns } from '../../groups/creates/take-turns.ts';
import { addRow, type PeerMeasurement } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';

const RUNS = 100;
const RUNS_QUICK = 2;
const UNIKERNELS = 3;

const CLIENT = {
  key: 'client/info',
  what: 'albatross-client info as a process, over its socket',
  unit: 'ms',
} as const;

export const PEER_CLIENT: PeerMeasurement = {
  group: 'client',
  needs: ['albatrossd', 'albatross-console', 'albatross-client'],
  rows: [CLIENT],
  async measure(ground, programs) {
    await using system = await PeerSystem.start(programs, await standInTender());
    const unikernels = new PeerUnikernels(system);
    const names = await unikernels.createMany(UNIKERNELS);
    const taken = await takeTurns(ground.isQuick ? RUNS_QUICK : RUNS, ground.stop, async () => {
      const from = performance.now();
      const { status, stdout, stderr } = await system.client('info');
      const ms = performance.now() - from;
      assert.equal(status, 0, stderr);
      for (const name of names) assert.ok(stdout.includes(name), `${name} is not in: ${stdout}`);
      return ms;
    });
    await unikernels.destroyMany(names);
    addRow(ground, CLIENT, { figure: figureOf(taken) });
  },
};
