import type { Requests } from '@albatross/shared/bus/bus';
import { listStats, type Sample } from '@albatross/shared/contracts/stats';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import type { Name, UnikernelName } from '@albatross/shared/domain/name';
import { isLongAgo } from '../stale-sample.ts';

/** What a unikernel took when it was sampled last. */
export interface Usage {
  /** CPUs it kept busy between two samples; null before the second. */
  readonly cpuShare: number | null;
  /** Memory of its tender, which holds what the guest has used of its own. */
  readonly rssBytes: number;
  /** Milliseconds since 1970. */
  readonly sampledAt: number;
}

/** The newest samples there were in time. */
export interface NewestUsage {
  readonly samples: ReadonlyMap<UnikernelName, Sample>;
  readonly intervalMs: number;
}

/** Nobody waits longer to see what else there is. */
export const USAGE_DEADLINE_MS = 250;

/**
 * Usage is nice to have: where the statistics service is down, slow or answers nonsense, there is less of it or
 * none. Never rejects, and resolves within the deadline.
 */
export async function newestUsage(
  bus: Requests,
  name: Name,
  deadlineMs: number = USAGE_DEADLINE_MS,
): Promise<NewestUsage> {
  const samples = new Map<UnikernelName, Sample>();
  const end = Date.now() + deadlineMs;
  let intervalMs = 0;
  try {
    for (let after: UnikernelName | null | undefined; after !== null;) {
      const leftMs = end - Date.now();
      if (leftMs <= 0) break;
      const body = { name, ...(after === undefined ? {} : { after }) };
      const page = await bus.request(listStats, body, { deadlineMs: leftMs, graceMs: 0 });
      for (const sample of page.samples) samples.set(sample.name, sample);
      ({ intervalMs, next: after } = page);
    }
  } catch {
    // What came until then is shown.
  }
  return { samples, intervalMs };
}

/** Null for what does not run, was not sampled yet, or no more; and for the sample of a life before. */
export function usageOf(
  { name, pid }: Pick<UnikernelSummary, 'name' | 'pid'>,
  { samples, intervalMs }: NewestUsage,
  now: number,
): Usage | null {
  const sample = samples.get(name);
  if (sample === undefined || sample.pid !== pid) return null;
  if (isLongAgo(sample.at, intervalMs, now)) return null;
  const { cpuShare, rssBytes } = sample.process;
  return { cpuShare, rssBytes, sampledAt: sample.at };
}

/** The stable shape that programs get: null where nothing is known, times as RFC 3339. */
export function usageToJson(usage: Usage | null): object | null {
  return usage === null ? null : { ...usage, sampledAt: new Date(usage.sampledAt).toISOString() };
}
