/** One axis of a plot: where a value stands on it, and what is written beside it. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  /** From 0 at its beginning to 1 at its end. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From so many times on, what is small would lie on top of what is smaller. */
const TIMES_FOR_LOG = 30;
const TICKS_ABOUT = 5;
/** Of so many decades, each has only its beginning for a tick. */
const DECADES_MANY = 3;

/** Fits all values: logarithmic where they are far apart, else from 0. Throws `RangeError` for none. */
export function scaleFor(values: readonly number[]): Scale {
  if (values.length === 0) throw new RangeError('there is nothing to draw');
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least < 0) throw new RangeError(`${least} is less than nothing`);
  return least > 0 && most / least >= TIMES_FOR_LOG ? logScale(least, most) : linearScale(most);
}

function linearScale(most: number): Scale {
  const step = stepFor(most === 0 ? 1 : most);
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  const end = count * step;
  const ticks = Array.from({ length: count + 1 }, (_, index) => tidy(index * step));
  return { kind: 'linear', place: (value) => value / end, ticks };
}

/** 1, 2 or 5 times a power of ten. */
function stepFor(most: number): number {
  const rough = most / TICKS_ABOUT;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5].find((times) => times * power >= rough - 1e-9 * power) ?? 10;
  return times * power;
}

function logScale(least: number, most: number): Scale {
  const decades = Math.log10(most / least);
  const times = decades > DECADES_MANY ? [1] : [1, 2, 5];
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const all = Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((power) =>
    times.map((factor) => tidy(factor * 10 ** power)),
  );
  const begin = all.findLast((tick) => tick <= least) ?? least;
  const end = all.find((tick) => tick >= most) ?? most;
  const width = Math.log10(end / begin);
  return {
    kind: 'log',
    place: (value) => Math.log10(value / begin) / width,
    ticks: all.filter((tick) => tick >= begin && tick <= end),
  };
}

/** Without what binary fractions leave. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
