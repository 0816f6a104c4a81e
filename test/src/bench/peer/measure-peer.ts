import type { Ground } from '../group.ts';
import { PEER_MEASUREMENTS } from './measurements.ts';
import { PeerPrograms } from './peer-programs.ts';

/** Measures the original's programs as the group of that name did ours; nothing without `--peer`. */
export async function measurePeer(group: string, ground: Ground): Promise<void> {
  if (ground.peer === null) return;
  const programs = new PeerPrograms(ground.peer);
  const measurements = PEER_MEASUREMENTS.filter((one) => one.group === group);
  if (measurements.length === 0)
    ground.absent({
      key: group,
      what: group,
      why: 'of the original this is not measured',
      who: 'original',
    });
  for (const { needs, rows, lacks = [], measure } of measurements) {
    if (ground.stop.aborted) return;
    for (const absence of lacks) ground.absent({ ...absence, who: 'original' });
    const why = programs.whyNot(needs);
    if (why === null) {
      ground.say(`${group}: the same of the original`);
      await measure(ground, programs);
    } else for (const { key, what } of rows) ground.absent({ key, what, why, who: 'original' });
  }
}
