import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { echoImage } from '../../../../../examples/hello/src/index.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { bareWithTap } from './bare-with-tap.ts';
import { BenchBridge } from './bench-bridge.ts';
import { takeTurns } from './take-turns.ts';
import type { MeasuredTender } from './tender.ts';
import type { Trial } from './trial.ts';

const RUNS = 100;
const RUNS_QUICK = 10;
const KEY = 'creates/first-byte-with-tap';
const BLOCK = 'bench:storage';

/** As `measureOneByOne`, with a network device; our only image that has one has a block device, too. */
export async function measureWithTap(
  ground: Ground,
  trial: Trial,
  tender: MeasuredTender,
): Promise<void> {
  const what = `create with ${tender.title}, a tap at a bridge and a block device, image uploaded: from the request to the first line over the bus`;
  const bridge = await BenchBridge.make();
  if (typeof bridge === 'string') return ground.absent({ key: KEY, what, why: bridge });
  const folder = await mkdtemp(join(tmpdir(), 'albatross-bare-disk-'));
  await using _ = bridge;
  try {
    await trial.createBlock(BLOCK, 1);
    const image = echoImage('spt');
    await using bare = await bareWithTap(tender, bridge.name, folder);
    const runs = await takeTurns(ground.isQuick ? RUNS_QUICK : RUNS, ground.stop, async () => {
      const bareStart = await bare.start();
      await bare.end();
      return { bareStart, firstByte: await firstByte(trial, image, bridge.name) };
    });
    ground.row({
      key: KEY,
      what,
      unit: 'ms',
      figure: figureOf(runs.map((run) => run.firstByte)),
      limit: {
        what: `a tap made by ioctl and put at the bridge, and ${tender.title} started bare, until its first byte`,
        figure: figureOf(runs.map((run) => run.bareStart)),
      },
      who: 'ours',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds from the request. */
async function firstByte(trial: Trial, image: string, bridge: string): Promise<number> {
  const name = trial.name();
  const created = await trial.create(name, await trial.upload(name, image), {
    nets: [{ name: 'service', bridge }],
    blocks: [{ name: 'storage', device: 'storage' }],
  });
  await trial.destroy(created);
  await trial.untilClear();
  return created.printed - created.from;
}
