import { isPassing } from '@albatross/shared/bus/passing-failures';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { WireInfo } from '@albatross/wire';
import type { Lookout } from '../readiness/lookout.ts';
import type { Seen } from '../readiness/seen.ts';
import type { Session } from '../session.ts';
import type { RemotePlace } from './destination-options.ts';
import { infoThere } from './running-there.ts';

/** Each look is a connection of its own, with a certificate made for it. */
export const LOOK_THERE_MS = 1_000;

/** How a unikernel of another host stands, as far as the wire tells: whether it is there, and since when. */
export function lookoutThere(session: Session, place: RemotePlace, name: UnikernelName): Lookout {
  return {
    look: async () => seenThere(await infoThere(session, place, name)),
    isPassing: (error) => isPassing(error) || isLost(error),
    everyMs: LOOK_THERE_MS,
    onHint: () => ({ [Symbol.dispose]: () => undefined }),
  };
}

/** Null: nothing runs under the name. */
export function seenThere(info: WireInfo | null): Seen {
  if (info === null) return { kind: 'over', how: 'ended', exit: null, endedLife: null };
  if (info.startedAt === 0) return { kind: 'unclear' };
  return { kind: 'up', life: info.startedAt, isNamed: null, before: null, endedLife: null };
}

function isLost(error: unknown): boolean {
  return error instanceof Failure && ['REMOTE_LOST', 'REMOTE_UNREACHABLE'].includes(error.code);
}
