import { CROWD_PROGRAMS, runProbe } from '../../groups/sweeps/run-probe.ts';
import { whyNoOwnNetwork } from '../../groups/sweeps/own-network.ts';
import type { PeerMeasurement } from '../peer-measurement.ts';
import { peerSweepReport, type PeerProbeOptions } from './sweeps/peer-probe-options.ts';
import { addRows, lacksOf, rowsOf } from './sweeps/rows.ts';

const COUNTS: readonly number[] = [100, 1000];
const COUNTS_QUICK: readonly number[] = [20];
/** A second each. */
const SWEEPS = 30;
const SWEEPS_QUICK = 1;
const PROBE = {
  source: new URL('sweeps/peer-probe.ts', import.meta.url),
  programs: [...CROWD_PROGRAMS, new URL('sweeps/cpu-clock.c', import.meta.url)],
};

/** Each process has one tap, in a network of its own, and the daemon that tells of them is stood in for. */
export const PEER_SWEEPS: PeerMeasurement = {
  group: 'sweeps',
  needs: ['albatross-stats'],
  rows: COUNTS.flatMap((count) => Object.values(rowsOf(count))),
  lacks: COUNTS.flatMap(lacksOf),
  async measure(ground, programs) {
    const why = whyNoOwnNetwork();
    const stats = programs.path('albatross-stats');
    for (const count of ground.isQuick ? COUNTS_QUICK : COUNTS) {
      if (why === null) {
        const sweeps = ground.isQuick ? SWEEPS_QUICK : SWEEPS;
        const options: Omit<PeerProbeOptions, 'folder'> = { count, sweeps, stats };
        addRows(ground, count, peerSweepReport.parse(await runProbe(PROBE, options, ground.stop)));
      } else
        for (const { key, what } of Object.values(rowsOf(count)))
          ground.absent({ key, what, why, who: 'original' });
    }
  },
};
