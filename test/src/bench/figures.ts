/** What was measured again and again, in the unit of its row. */
export interface Figure {
  readonly runs: number;
  readonly median: number;
  /** Null for what was measured too seldom to say. */
  readonly p99: number | null;
}

/** Of fewer, the worst would stand for it. */
const RUNS_FOR_P99 = 50;

/** Throws `RangeError` for no values. */
export function figureOf(values: readonly number[]): Figure {
  const ascending = values.toSorted((a, b) => a - b);
  return {
    runs: ascending.length,
    median: quantile(ascending, 0.5),
    p99: ascending.length < RUNS_FOR_P99 ? null : quantile(ascending, 0.99),
  };
}

/** What was measured once, as a sum over many. */
export function onlyOnce(value: number): Figure {
  return { runs: 1, median: value, p99: null };
}

/** The least value that so large a part of all do not exceed. */
function quantile(ascending: readonly number[], part: number): number {
  const value = ascending[Math.ceil(ascending.length * part) - 1];
  if (value === undefined) throw new RangeError('there is nothing to measure by');
  return value;
}
