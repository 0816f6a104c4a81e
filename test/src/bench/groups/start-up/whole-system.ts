import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { BARE_NODE, runBareNode } from './bare-node.ts';
import { Beats } from './beats.ts';
import type { Place } from './place.ts';
import { stopAll, stopBus } from './stop-all.ts';

const RUNS = 10;
const RUNS_QUICK = 1;
/** What has to run for all commands to be accepted. */
const PARTS = ['supervisor', 'console', 'stats'] as const;

/** Bus and services, all started in the same moment, as systemd would. */
export async function measureWholeSystem(ground: Ground, place: Place): Promise<void> {
  const runs = ground.isQuick ? RUNS_QUICK : RUNS;
  const taken: { readonly bare: number; readonly ready: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    ground.stop.throwIfAborted();
    const one = { bare: await runBareNode(), ready: await startOnce(place) };
    if (run >= 0) taken.push(one);
  }
  ground.row({
    key: 'start-up/system',
    what: `nats-server and ${PARTS.join(', ')} started at once from their bundles, until each serves`,
    unit: 'ms',
    figure: figureOf(taken.map(({ ready }) => ready)),
    limit: { what: BARE_NODE, figure: figureOf(taken.map(({ bare }) => bare)) },
    who: 'ours',
  });
}

/** Milliseconds. */
async function startOnce(place: Place): Promise<number> {
  const from = performance.now();
  const bus = place.startBus();
  const services = PARTS.map((name) => place.startService(name));
  try {
    await place.untilBusIsUp();
    await using beats = await Beats.hear(place.folders);
    const heard = await Promise.all(services.map(async ({ pid }) => await beats.first(pid)));
    return Math.max(...heard) - from;
  } finally {
    try {
      await stopAll(services);
    } finally {
      await stopBus(bus);
    }
  }
}
