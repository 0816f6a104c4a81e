import { whyNoData, type TopRow, type TopState } from './top-model.ts';
import { sampleToJson } from './stats-view.ts';
import { FIRST_VIEW, sorted } from './top-view.ts';

/** All that one refresh shows, as of then; who took most of a CPU is first. Times are RFC 3339. */
export function topToJson(state: TopState, now: number): object {
  const { host, intervalMs } = state;
  const [path = null] = host?.paths ?? [];
  return {
    at: timeText(now),
    intervalMs,
    noData: noDataToJson(state, now),
    host: host === null ? null : { ...host.host, at: timeText(host.host.at) },
    path,
    unikernels: sorted(state, FIRST_VIEW, now).map(rowToJson),
  };
}

function noDataToJson(state: TopState, now: number): object | null {
  const gone = whyNoData(state, now);
  if (gone === null) return null;
  return { since: gone.since === null ? null : timeText(gone.since), why: gone.why };
}

/** Rates are bytes a second; null where there was no sample before. */
function rowToJson({ sample, rates }: TopRow): object {
  const { toGuest, fromGuest, read, written } = rates;
  return { ...sampleToJson(sample), rates: { toGuest, fromGuest, read, written } };
}

const timeText = (at: number): string => new Date(at).toISOString();
