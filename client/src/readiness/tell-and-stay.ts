import type { Bus } from '@albatross/shared/bus/bus';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { interrupted } from '../interrupted.ts';
import type { RemotePlace } from '../remote/destination-options.ts';
import type { Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';
import type { Wait } from './wait-options.ts';

/** What was just started, and with which request. */
export interface Started {
  readonly made: UnikernelDetails;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
}

export interface StartedThere {
  readonly name: UnikernelName;
  /** Whether the guest is given its name. */
  readonly isNamed: boolean;
}

interface Told {
  /** What was done: `created`. */
  readonly done: string;
  readonly wait: Wait;
}

/**
 * Says what was done, and stays as long as somebody wants. What that takes is loaded only
 * then. Throws a `Failure`.
 */
export async function tellAndStay(
  { output }: Session,
  bus: Bus,
  started: Started,
  { done, wait }: Told,
): Promise<void> {
  const { made } = started;
  const signal = signalFor(wait);
  output.done(toJson(made), describeState(done, made));
  if (signal === null) return;
  const { stayHere } = await import('./stay-here.ts');
  await stayHere(output, bus, started, { wait, signal });
}

/** The same of another host, which tells nothing of what it did. Throws a `Failure`. */
export async function tellAndStayThere(
  session: Session,
  place: RemotePlace,
  started: StartedThere,
  { done, wait }: Told,
): Promise<void> {
  const { name } = started;
  const signal = signalFor(wait);
  session.output.done({ name }, `${done} ${name}`);
  if (signal === null) return;
  const { stayThere } = await import('./stay-there.ts');
  await stayThere(session, place, started, { wait, signal });
}

/** Null when nobody wants to stay. From the moment on that it is told, Ctrl-C ends the waiting. */
function signalFor({ until, isFollowing }: Wait): AbortSignal | null {
  return until === 'nothing' && !isFollowing ? null : interrupted();
}
