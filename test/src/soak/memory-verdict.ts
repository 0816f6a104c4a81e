import type { Verdict } from './verdict.ts';

export interface Sample {
  /** Milliseconds, from any beginning. */
  readonly at: number;
  readonly bytes: number;
}

/** What one process had, from its beginning to its end, or ours. */
export interface MemoryCourse {
  readonly name: string;
  /** Under load, in the order of time. */
  readonly samples: readonly Sample[];
  /** The median at rest before that load, and after it. */
  readonly restBefore: number;
  readonly restAfter: number;
}

/** What Node and Go may take when they like, and keep: 48 MiB alone are for a young generation of objects. */
const MEMORY_ALLOWED_BYTES = 48 * 2 ** 20;
/**
 * What may be held at rest and was not: what was asked within ten minutes is remembered, and compiled programs
 * grow while they run.
 */
export const HEAP_ALLOWED_BYTES = 8 * 2 ** 20;
/** And in both so large a part of what was there. */
const ALLOWED_PART = 0.1;
/** Caches fill first: of a course so large a part does not count, and never more than that time. */
const WARM_UP_PART = 0.25;
const WARM_UP_MAX_MS = 10 * 60_000;
/** With fewer, thirds say nothing. */
const SAMPLES_MIN = 9;

/**
 * Flat, if after its warm-up the median of the last third is not above that of the first third by more than is
 * allowed, and at rest after the load there is not more than before by more than that. The slope, by least
 * squares, is told and does not count: one collection can bend it. So what is found is whatever grows by more
 * than is allowed in two thirds of the time: the longer it runs, the smaller a leak is found.
 */
export function judgeMemory({ name, samples, restBefore, restAfter }: MemoryCourse): Verdict {
  const counted = withoutWarmUp(samples);
  const third = Math.floor(counted.length / 3);
  const what = `memory of ${name}`;
  if (counted.length < SAMPLES_MIN)
    return { what, found: `${counted.length} samples`, problems: ['it was not there long enough'] };
  const [first, last] = [medianOf(counted.slice(0, third)), medianOf(counted.slice(-third))];
  const slope = slopeOf(counted) * 60_000;
  const sign = slope < 0 ? '' : '+';
  const pairs = [
    [first, last],
    [restBefore, restAfter],
  ].map((pair) => pair.map(mebibytes).join(' -> '));
  return {
    what,
    found: `${pairs[0]} MiB under load, ${sign}${mebibytes(slope)} a minute; ${pairs[1]} at rest`,
    problems: [
      ...growth('under load', [first, last], MEMORY_ALLOWED_BYTES),
      ...growth('at rest', [restBefore, restAfter], MEMORY_ALLOWED_BYTES),
    ],
  };
}

/**
 * What one process holds at rest, before a load and after it, just after everything else was thrown away. This
 * is what finds a leak within minutes. `kept`: of it is known that it is kept, in bytes.
 */
export function judgeHeap(
  name: string,
  { before, after, kept = 0 }: { before: number; after: number; kept?: number },
): Verdict {
  const found = `${mebibytes(before)} -> ${mebibytes(after)} MiB held at rest`;
  const problems = growth('at rest', [before, after], HEAP_ALLOWED_BYTES + kept);
  return { what: `heap of ${name}`, found, problems };
}

function growth(
  when: string,
  [before, after]: readonly [number, number],
  allowedBytes: number,
): readonly string[] {
  const allowed = allowedBytes + ALLOWED_PART * before;
  if (after - before <= allowed) return [];
  const sizes = `${mebibytes(before)} to ${mebibytes(after)} MiB`;
  return [`it grew ${when} from ${sizes}, by more than ${mebibytes(allowed)}`];
}

function withoutWarmUp(samples: readonly Sample[]): readonly Sample[] {
  const [from, until] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const warm = from + Math.min(WARM_UP_MAX_MS, WARM_UP_PART * (until - from));
  return samples.filter(({ at }) => at >= warm);
}

/** Bytes a millisecond, by least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [at, bytes] = [mean((one) => one.at), mean((one) => one.bytes)];
  const sum = (of: (one: Sample) => number): number =>
    samples.reduce((all, one) => all + of(one), 0);
  const spread = sum((one) => (one.at - at) ** 2);
  return spread === 0 ? 0 : sum((one) => (one.at - at) * (one.bytes - bytes)) / spread;
}

/** 0 of none. */
export function medianOf(samples: readonly Sample[]): number {
  const ascending = samples.map(({ bytes }) => bytes).toSorted((a, b) => a - b);
  return ascending[Math.floor((ascending.length - 1) / 2)] ?? 0;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
