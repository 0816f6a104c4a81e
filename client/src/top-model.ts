import type { ReplyOf } from '@albatross/shared/contracts/request';
import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import type { hostStats } from '@albatross/shared/contracts/host-stats';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { isLongAgo } from './stale-sample.ts';
import { isNewer } from './stats-stream.ts';

/** What `top` knows. */
export interface TopState {
  readonly rows: ReadonlyMap<UnikernelName, TopRow>;
  readonly host: ReplyOf<typeof hostStats> | null;
  /** Between two samples; null before the first answer. */
  readonly intervalMs: number | null;
  /** When the newest of it was sampled; null before the first answer. */
  readonly sampledAt: number | null;
  /** Why there is nothing newer; null when all is well. */
  readonly failure: string | null;
}

export interface TopRow {
  readonly sample: Sample;
  readonly rates: Rates;
  /** CPUs it kept busy, the newest last; null where a sample is missing. */
  readonly cpuShares: readonly (number | null)[];
}

/** Bytes a second between the last two samples; null where that is not known. */
export interface Rates {
  readonly toGuest: number | null;
  readonly fromGuest: number | null;
  readonly read: number | null;
  readonly written: number | null;
}

/** An answer to what is asked every interval. */
export interface TopAnswer {
  readonly samples: readonly Sample[];
  readonly intervalMs: number;
  readonly host: ReplyOf<typeof hostStats>;
  readonly askedAt: number;
}

/** Older ones are forgotten. */
export const CPU_SHARES_MAX = 120;

export const NOTHING_KNOWN: TopState = {
  rows: new Map(),
  host: null,
  intervalMs: null,
  sampledAt: null,
  failure: null,
};

/** Samples that came by themselves. */
export function takeSamples(state: TopState, samples: readonly Sample[]): TopState {
  if (samples.length === 0) return state;
  const rows = new Map(state.rows);
  for (const sample of samples) {
    const row = rows.get(sample.name);
    if (isNewer(sample, row?.sample))
      rows.set(sample.name, nextRow(row, sample, state.intervalMs ?? Infinity));
  }
  const sampledAt = Math.max(...samples.map(({ at }) => at));
  return { ...state, rows, sampledAt, failure: null };
}

/** Also tells who is there no more: whoever is not in the answer and was sampled before the question. */
export function takeAnswer(state: TopState, answer: TopAnswer): TopState {
  const { samples, intervalMs, host, askedAt } = answer;
  const taken = takeSamples({ ...state, intervalMs }, samples);
  const listed = new Set(samples.map(({ name }) => name));
  const rows = new Map(
    [...taken.rows].filter(([name, { sample }]) => listed.has(name) || sample.at >= askedAt),
  );
  const sampledAt = Math.max(host.host.at, ...samples.map(({ at }) => at));
  return { rows, host, intervalMs, sampledAt, failure: null };
}

export function takeFailure(state: TopState, why: string): TopState {
  return { ...state, failure: why };
}

export function isStale({ sample }: TopRow, { intervalMs }: TopState, now: number): boolean {
  return isLongAgo(sample.at, intervalMs, now);
}

/** Null as long as what is known is what is going on. */
export function whyNoData(
  { failure, sampledAt, intervalMs }: TopState,
  now: number,
): { readonly since: number | null; readonly why: string } | null {
  if (failure !== null) return { since: sampledAt, why: failure };
  if (sampledAt === null || !isLongAgo(sampledAt, intervalMs, now)) return null;
  return { since: sampledAt, why: 'nothing was sampled' };
}

function nextRow(row: TopRow | undefined, sample: Sample, intervalMs: number): TopRow {
  const before = row?.cpuShares ?? [];
  const missed = row === undefined ? 0 : missedBetween(row.sample.at, sample.at, intervalMs);
  const gap = Array.from({ length: Math.min(missed, CPU_SHARES_MAX) }, () => null);
  const cpuShares = [...before, ...gap, sample.process.cpuShare].slice(-CPU_SHARES_MAX);
  return { sample, rates: ratesBetween(row?.sample, sample), cpuShares };
}

/** Half an interval more or less is the machine's business. */
function missedBetween(before: number, at: number, intervalMs: number): number {
  return Math.max(0, Math.round((at - before) / intervalMs) - 1);
}

const NO_RATES: Rates = { toGuest: null, fromGuest: null, read: null, written: null };

/** Another process of the same name counts anew. */
function ratesBetween(before: Sample | undefined, sample: Sample): Rates {
  if (before?.pid !== sample.pid || before.startedAt !== sample.startedAt) return NO_RATES;
  const seconds = (sample.at - before.at) / 1000;
  if (seconds <= 0) return NO_RATES;
  const perSecond = (bytes: number | null): number | null =>
    bytes === null ? null : bytes / seconds;
  return {
    toGuest: perSecond(netGrowth(before.nets, sample.nets, ({ toGuest }) => toGuest.bytes)),
    fromGuest: perSecond(netGrowth(before.nets, sample.nets, ({ fromGuest }) => fromGuest.bytes)),
    read: perSecond(growth(before.process.readBytes, sample.process.readBytes)),
    written: perSecond(growth(before.process.writtenBytes, sample.process.writtenBytes)),
  };
}

/** Of the taps that are in both; null when there is none. */
function netGrowth(
  before: readonly NetSample[],
  after: readonly NetSample[],
  counterOf: (net: NetSample) => number,
): number | null {
  const grown = after.flatMap((net) => {
    const same = before.find(({ name, tap }) => name === net.name && tap === net.tap);
    const more = same === undefined ? null : growth(counterOf(same), counterOf(net));
    return more === null ? [] : [more];
  });
  return grown.length === 0 ? null : grown.reduce((sum, more) => sum + more, 0);
}

/** A counter that is less than before has begun anew, and nobody knows when. */
function growth(before: number | null, after: number | null): number | null {
  return before === null || after === null || after < before ? null : after - before;
}
