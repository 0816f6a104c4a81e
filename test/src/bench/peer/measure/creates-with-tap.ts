import { parseUnikernelName } from '@albatross/shared/domain/name';
import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { WireConfig } from '@albatross/wire';
import { readFileSync } from 'node:fs';
import { echoImage } from '../../../../../examples/hello/src/index.ts';
import { figureOf } from '../../figures.ts';
import { bareWithTap } from '../../groups/creates/bare-with-tap.ts';
import { BenchBridge } from '../../groups/creates/bench-bridge.ts';
import { takeTurns } from '../../groups/creates/take-turns.ts';
import { measuredTender } from '../../groups/creates/tender.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';
import { ask } from '../talk.ts';
import { PeerTaps } from './creates/peer-taps.ts';

const RUNS = 100;
const RUNS_QUICK = 3;
const DEVICE = 'storage';
const BLOCK = parseUnikernelName(DEVICE);

const WITH_TAP: PeerRow = {
  key: 'creates/first-byte-with-tap',
  what: 'create over its socket with a tap at a bridge, which it makes, and a block device that is there, image of 4 KB in the command: from the connect to the first line over the socket of its console',
  unit: 'ms',
};

export const PEER_CREATES_WITH_TAP: PeerMeasurement = {
  group: 'creates',
  needs: ['albatrossd', 'albatross-console'],
  rows: [WITH_TAP],
  async measure(ground, programs) {
    const bridge = await BenchBridge.make();
    if (typeof bridge === 'string') {
      const { key, what } = WITH_TAP;
      return ground.absent({ key, what, why: bridge, who: 'original' });
    }
    await using scope = new Scope();
    scope.use(bridge);
    scope.use(new PeerTaps(bridge.name));
    await using folder = await TemporaryFolder.make();
    const tender = await measuredTender();
    await using bare = await bareWithTap(tender, bridge.name, folder.path);
    // It takes the bridges for its own that are there when it starts.
    await using system = await PeerSystem.start(programs, tender.tenders);
    const vmmd = system.socket('vmmd');
    await ask(vmmd, BLOCK, { kind: 'block-add', size: 1 });
    const unikernels = new PeerUnikernels(system);
    const config = configAt(bridge.name);
    const runs = await takeTurns(ground.isQuick ? RUNS_QUICK : RUNS, ground.stop, async () => {
      const started = await bare.start();
      await bare.end();
      const name = unikernels.name();
      const { from, printed } = await unikernels.make(name, config);
      await unikernels.destroy(name);
      return { started, firstByte: printed - from };
    });
    await ask(vmmd, BLOCK, { kind: 'block-remove' });
    addRow(ground, WITH_TAP, {
      figure: figureOf(runs.map(({ firstByte }) => firstByte)),
      limit: {
        what: `a tap made by ioctl and put at the bridge, and ${tender.title} started bare`,
        figure: figureOf(runs.map(({ started }) => started)),
      },
    });
  },
};

function configAt(bridge: string): Partial<WireConfig> {
  return {
    image: readFileSync(echoImage('spt')),
    nets: [{ name: 'service', bridge, mac: null }],
    blocks: [{ name: DEVICE, device: DEVICE, sectorSize: null }],
  };
}
