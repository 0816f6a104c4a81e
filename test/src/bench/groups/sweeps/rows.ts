import { figureOf, onlyOnce, type Figure } from '../../figures.ts';
import type { Absence, Row } from '../../row.ts';
import type { SweepReport, Taken } from './report.ts';

/** At the interval that stats has if nobody says otherwise: ten seconds. */
const SWEEPS_PER_HOUR = 360;
const READ_IN_C = 'the same files read in a loop in C';

type Name = 'sweep' | 'sweep-cpu' | 'sampling' | 'longest-slice' | 'cpu-per-hour';

export function rowsOf(count: number, { kept, published, bare }: SweepReport): readonly Row[] {
  const cpu = (all: readonly Taken[]): Figure => figureOf(all.map(({ cpuMs }) => cpuMs));
  const wall = (all: readonly Taken[]): Figure => figureOf(all.map(({ wallMs }) => wallMs));
  const perHour = (all: readonly Taken[]): Figure => onlyOnce(mean(all) * SWEEPS_PER_HOUR);
  const figures: readonly (readonly [Name, Figure, Figure | null])[] = [
    ['sweep', wall(published), wall(bare)],
    ['sweep-cpu', cpu(published), cpu(bare)],
    ['sampling', wall(kept), wall(bare)],
    ['longest-slice', figureOf(published.map(({ heldMs }) => heldMs)), null],
    ['cpu-per-hour', perHour(published), perHour(bare)],
  ];
  return figures.map(([name, figure, limit]) => ({
    key: keyOf(name, count),
    what: whatOf(name, count),
    unit: 'ms',
    figure,
    limit: limit === null ? null : { what: READ_IN_C, figure: limit },
    who: 'ours',
  }));
}

export function absencesOf(count: number, why: string): readonly Absence[] {
  const names: readonly Name[] = [
    'sweep',
    'sweep-cpu',
    'sampling',
    'longest-slice',
    'cpu-per-hour',
  ];
  return names.map((name) => ({ key: keyOf(name, count), what: whatOf(name, count), why }));
}

export function medianOf(all: readonly Taken[]): number {
  return figureOf(all.map(({ wallMs }) => wallMs)).median;
}

function keyOf(name: Name, count: number): string {
  return `sweeps/${name}-${count}`;
}

function whatOf(name: Name, count: number): string {
  const crowd = `${count} processes with taps`;
  switch (name) {
    case 'sweep':
      return `a sweep of ${crowd}, until all of it is with the connection to the bus`;
    case 'sweep-cpu':
      return `its CPU, until all is sent over the bus`;
    case 'sampling':
      return `a sweep of ${crowd}, not published`;
    case 'longest-slice':
      return `the longest that a published sweep of ${crowd} lets nothing else be done`;
    case 'cpu-per-hour':
      return `CPU of stats per hour for ${crowd}: 360 times the mean of published sweeps`;
  }
}

function mean(all: readonly Taken[]): number {
  return all.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / all.length;
}
