import type { Bus } from '@albatross/shared/bus/bus';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import type { Started } from './tell-and-stay.ts';

/** Events among which the start of a life is looked for, the newest of its unikernel. */
const EVENTS_LOOKED_AT = 64;
/** A console notes times of its own: a life is looked for from a little before it began. */
const SLACK_MS = 60_000;

export interface Beginning {
  readonly from: HistoryStart;
  /** Null where it is not known: then everything from there on is meant. */
  readonly lifeNumber: number | null;
}

/**
 * Where the console of a life begins that was just started: at the mark with its number, which stands in the log
 * of events. Where that is not known, at its time. Throws a `Failure`.
 */
export async function beginningOf(
  bus: Pick<Bus, 'request'>,
  { made, askedAt, requestId }: Started,
): Promise<Beginning> {
  const { name, startedAt, state } = made;
  const { events } = await bus.request(listEvents, {
    name,
    from: { kind: 'count', count: EVENTS_LOOKED_AT },
  });
  const lifeNumber = lifeStartedBy(events, requestId);
  if (lifeNumber !== null)
    return { from: { kind: 'since', at: Math.max(0, askedAt - SLACK_MS) }, lifeNumber };
  // It ran already, and nothing was done.
  const at = state === 'running' && startedAt !== null ? startedAt : askedAt;
  return { from: { kind: 'since', at }, lifeNumber: null };
}

/** Oldest first: what somebody asked for is told right before the life that it began. */
export function lifeStartedBy(events: readonly EventRecord[], requestId: string): number | null {
  const asked = events.findIndex((event) => event.requestId === requestId);
  if (asked === -1) return null;
  const started = events.slice(asked).find((event) => event.type === 'started');
  return started?.life ?? null;
}
