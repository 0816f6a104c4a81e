import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { BARE_NODE, runBareNode } from './bare-node.ts';
import { Beats } from './beats.ts';
import { SERVICES, type Place, type Service } from './place.ts';
import { stopAll, stopBus } from './stop-all.ts';

const RUNS = 12;
const RUNS_QUICK = 1;
const NAMES = Object.keys(SERVICES) as Service[];

/** One service after the other, at a bus that is there, in turn with a Node that does nothing. */
export async function measureEachService(ground: Ground, place: Place): Promise<void> {
  const bus = place.startBus();
  try {
    await place.untilBusIsUp();
    await using beats = await Beats.hear(place.folders);
    await takeTurns(ground, place, beats);
  } finally {
    await stopBus(bus);
  }
}

async function takeTurns(ground: Ground, place: Place, beats: Beats): Promise<void> {
  const bare: number[] = [];
  const taken = new Map(NAMES.map((name) => [name, [] as number[]]));
  const runs = ground.isQuick ? RUNS_QUICK : RUNS;
  for (let run = -1; run < runs; run += 1) {
    const nothing = await runBareNode();
    if (run >= 0) bare.push(nothing);
    for (const [name, values] of taken) {
      ground.stop.throwIfAborted();
      const ms = await startOnce(place, beats, name);
      if (run >= 0) values.push(ms);
    }
  }
  for (const [name, values] of taken)
    ground.row({
      key: `start-up/${name}`,
      what: `${name} from its bundle, until its first heartbeat came over the bus`,
      unit: 'ms',
      figure: figureOf(values),
      limit: { what: BARE_NODE, figure: figureOf(bare) },
      who: 'ours',
    });
}

/** Milliseconds. */
async function startOnce(place: Place, beats: Beats, name: Service): Promise<number> {
  const from = performance.now();
  const service = place.startService(name);
  try {
    return (await beats.first(service.pid)) - from;
  } finally {
    await stopAll([service]);
  }
}
