import { amount, digits } from './amount.ts';
import type { BenchResult } from './result.ts';
import { isMoreBetter, ratioOf, type Unit } from './row.ts';

/** How good one row is to be. */
export interface Target {
  /** Of the row of ours. */
  readonly key: string;
  /** What it is about, where the row's own words do not say it. */
  readonly what: string;
  readonly bound: Bound;
}

export type Bound =
  /** The median of the row by that of its limit. */
  | { readonly kind: 'ratio'; readonly is: Direction; readonly value: number }
  /** In the unit of the row. */
  | {
      readonly kind: 'value';
      readonly of: 'median' | 'p99';
      readonly is: Direction;
      readonly value: number;
    }
  /** The median may be so much more than that of its limit, in the unit of the row. */
  | { readonly kind: 'beyond limit'; readonly value: number };

type Direction = 'at least' | 'at most';
type BenchRow = BenchResult['rows'][number];

/** What became of a target; `by` says how much is missing, in words. */
export type Verdict =
  | { readonly kind: 'met'; readonly actual: string }
  | { readonly kind: 'missed'; readonly actual: string; readonly by: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Judges the row of ours that has its key. */
export function judge(target: Target, { rows, absent }: BenchResult): Verdict {
  const row = rows.find(({ key, who }) => key === target.key && who === 'ours');
  if (row !== undefined) return judgeRow(target, row);
  const absence = absent.find(({ key, who }) => key === target.key && who === 'ours');
  return { kind: 'unknown', why: absence?.why ?? 'its group was not asked for, or failed' };
}

export function judgeRow({ bound }: Target, row: BenchRow): Verdict {
  const actual = actualOf(bound, row);
  if (actual === null) return { kind: 'unknown', why: whyNone(bound) };
  const is = bound.kind === 'beyond limit' ? 'at most' : bound.is;
  const missing = is === 'at most' ? actual - bound.value : bound.value - actual;
  const text = inWords(bound, actual, row.unit);
  if (missing <= 0) return { kind: 'met', actual: text };
  const much = inWords(bound, missing, row.unit);
  return {
    kind: 'missed',
    actual: text,
    by: `${much} too ${is === 'at most' ? 'much' : 'little'}`,
  };
}

/** As `at most 8.00 ms more than its limit`. */
export function boundText(bound: Bound, unit: Unit): string {
  const value = inWords(bound, bound.value, unit);
  switch (bound.kind) {
    case 'ratio':
      return `${bound.is} ${value} its limit`;
    case 'value':
      return `${bound.of === 'p99' ? 'p99 ' : ''}${bound.is} ${value}`;
    case 'beyond limit':
      return `at most ${value} more than its limit`;
  }
}

/** Null where the row has not what it takes. */
function actualOf(bound: Bound, row: BenchRow): number | null {
  switch (bound.kind) {
    case 'ratio':
      return ratioOf(row);
    case 'value':
      return row.figure[bound.of];
    case 'beyond limit':
      return row.limit === null ? null : row.figure.median - row.limit.figure.median;
  }
}

function whyNone(bound: Bound): string {
  return bound.kind === 'value'
    ? `there were too few runs for a ${bound.of}`
    : 'there is no limit beside it';
}

function inWords(bound: Bound, value: number, unit: Unit): string {
  return bound.kind === 'ratio' ? `${digits(value)} ×` : amount(value, unit);
}

/** A bound in the direction that is no good for its unit is a slip of whoever wrote it. */
export function isSensible({ bound }: Target, unit: Unit): boolean {
  if (bound.kind === 'beyond limit') return !isMoreBetter(unit);
  return (bound.is === 'at least') === isMoreBetter(unit);
}
