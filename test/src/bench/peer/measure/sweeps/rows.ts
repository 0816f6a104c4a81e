import { figureOf, onlyOnce } from '../../../figures.ts';
import type { Taken } from '../../../groups/sweeps/report.ts';
import { addRow, type PeerRow } from '../../peer-measurement.ts';
import type { Ground } from '../../../group.ts';
import type { PeerSweepReport } from './peer-probe-options.ts';

/** At the interval that it has if nobody says otherwise: ten seconds. */
const SWEEPS_PER_HOUR = 360;
const READ_IN_C = 'the files that ours reads, read in a loop in C';
/** Of the CPU time of a sweep, at least so much has to pass between its first and its last sample. */
const BETWEEN_SAMPLES_MIN = 0.9;

type Name = 'sweep' | 'sweep-cpu' | 'cpu-per-hour';

export function rowsOf(count: number): Readonly<Record<Name, PeerRow>> {
  const crowd = `${count} processes with taps`;
  return {
    sweep: {
      key: `sweeps/sweep-${count}`,
      what: `a sweep of ${crowd}: from its first sample to its last at a subscriber of its socket, which leaves out what it does before the first`,
      unit: 'ms',
    },
    'sweep-cpu': {
      key: `sweeps/sweep-cpu-${count}`,
      what: `CPU of albatross-stats from the first sample of a sweep of ${crowd} to that of the next, a second later, one subscriber to all`,
      unit: 'ms',
    },
    'cpu-per-hour': {
      key: `sweeps/cpu-per-hour-${count}`,
      what: `CPU of albatross-stats per hour for ${crowd}: 360 times the mean of these`,
      unit: 'ms',
    },
  };
}

/** What ours has of as many, and nobody can know of the original. */
export function lacksOf(count: number): readonly { key: string; what: string; why: string }[] {
  return [
    {
      key: `sweeps/sampling-${count}`,
      what: `a sweep of ${count} processes with taps, not published`,
      why: 'it samples nothing that nobody subscribed to',
    },
    {
      key: `sweeps/longest-slice-${count}`,
      what: `the longest that a sweep of ${count} processes lets nothing else be done`,
      why: 'only the program itself could look',
    },
  ];
}

export function addRows(ground: Ground, count: number, { sweeps, bare }: PeerSweepReport): void {
  const rows = rowsOf(count);
  const wall = (all: readonly Taken[]) => figureOf(all.map(({ wallMs }) => wallMs));
  const cpu = (all: readonly Taken[]) => figureOf(all.map(({ cpuMs }) => cpuMs));
  const perHour = (all: readonly Taken[]) => onlyOnce(mean(all) * SWEEPS_PER_HOUR);
  const limitOf = (figure: typeof wall) => ({ what: READ_IN_C, figure: figure(bare) });
  if (wall(sweeps).median >= cpu(sweeps).median * BETWEEN_SAMPLES_MIN)
    addRow(ground, rows.sweep, { figure: wall(sweeps), limit: limitOf(wall) });
  else {
    const { key, what } = rows.sweep;
    const why = 'it does a part of a sweep before it sends the first sample';
    ground.absent({ key, what, why, who: 'original' });
  }
  addRow(ground, rows['sweep-cpu'], { figure: cpu(sweeps), limit: limitOf(cpu) });
  addRow(ground, rows['cpu-per-hour'], { figure: perHour(sweeps), limit: limitOf(perHour) });
}

function mean(all: readonly Taken[]): number {
  return all.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / all.length;
}
