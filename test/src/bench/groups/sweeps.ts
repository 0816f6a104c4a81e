import type { Ground, Group } from '../group.ts';
import type { Point } from '../row.ts';
import { measureSweeps } from './sweeps/measure-sweeps.ts';
import { whyNoOwnNetwork } from './sweeps/own-network.ts';
import type { SweepReport } from './sweeps/report.ts';
import { absencesOf, medianOf, rowsOf } from './sweeps/rows.ts';

/** Enough for a p99; in each sixth sweep the same processes are read whole. */
const SWEEPS_PER_ROW = 60;
const SWEEPS_PER_POINT = 24;
const QUICK_SWEEPS = 6;
const IN_TABLE: readonly number[] = [100, 1000];
const IN_PLOT: readonly number[] = [10, 100, 500, 1000, 2000];

/** Each process has one tap, in a network of its own; all are sampled by the code of services/stats. */
export const SWEEPS: Group = {
  name: 'sweeps',
  what: 'statistics of up to 2,000 processes with taps',
  measure: async (ground) => {
    const why = whyNoOwnNetwork();
    if (why === null) await measureAll(ground);
    else for (const count of IN_TABLE) absencesOf(count, why).forEach(ground.absent);
  },
};

async function measureAll(ground: Ground): Promise<void> {
  const reports = new Map<number, SweepReport>();
  for (const count of ground.isQuick ? IN_TABLE : IN_PLOT) {
    ground.say(`  ${count} processes`);
    const isRow = IN_TABLE.includes(count);
    const sweeps = ground.isQuick ? QUICK_SWEEPS : isRow ? SWEEPS_PER_ROW : SWEEPS_PER_POINT;
    const report = await measureSweeps({ count, sweeps }, ground.stop);
    reports.set(count, report);
    if (isRow) for (const row of rowsOf(count, report)) ground.row(row);
  }
  const points = (kind: keyof SweepReport): readonly Point[] =>
    [...reports].map(([unikernels, report]) => ({ unikernels, value: medianOf(report[kind]) }));
  const unit = 'ms';
  ground.series({ key: 'sweeps/ours', what: 'stats', unit, points: points('published') });
  ground.series({
    key: 'sweeps/bare',
    what: 'the same files read in C',
    unit,
    points: points('bare'),
  });
}
