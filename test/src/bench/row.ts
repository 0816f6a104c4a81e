import type { Figure } from './figures.ts';

/** One line of the table. */
export interface Row {
  /** As `creates/first-byte`: targets, the baseline and the page go by it. */
  readonly key: string;
  readonly what: string;
  /** What figures are counted in; of `/s` more is better, of all others less. */
  readonly unit: Unit;
  readonly figure: Figure;
  /** What nobody could be better than, measured beside it; null where there is nothing to compare with. */
  readonly limit: Limit | null;
  /** `original`: of the programs that `--peer` names. */
  readonly who: 'ours' | 'original';
}

export interface Limit {
  readonly what: string;
  /** In the unit of the row. */
  readonly figure: Figure;
}

export type Unit = 'ms' | 'µs' | '/s' | 'MiB' | 'KiB';

/** A row that this machine, or this run, has not. */
export interface Absence {
  readonly key: string;
  readonly what: string;
  readonly why: string;
  /** Absent: ours. */
  readonly who?: 'original';
}

/** One point of a plot of cost against the number of unikernels. */
export interface Point {
  readonly unikernels: number;
  readonly value: number;
}

/** One line of such a plot. */
export interface Series {
  /** As `memory/supervisor`: what stands before the slash is one plot. */
  readonly key: string;
  readonly what: string;
  readonly unit: Unit;
  readonly points: readonly Point[];
}

/** How many times the limit: null where there is none. */
export function ratioOf({ figure, limit }: Row): number | null {
  return limit === null || limit.figure.median === 0 ? null : figure.median / limit.figure.median;
}

export function isMoreBetter(unit: Unit): boolean {
  return unit === '/s';
}
