import type { UnikernelName } from '@albatross/shared/domain/name';
import { lookoutThere } from '../remote/lookout-there.ts';
import type { RemotePlace } from '../remote/destination-options.ts';
import type { Session } from '../session.ts';
import { attend } from './attend.ts';
import { LifeWatch } from './life-watch.ts';
import type { StartedThere } from './tell-and-stay.ts';
import type { Wait } from './wait-options.ts';

/** Stays with a unikernel of another host that was just started until it is ready. Throws a `Failure`. */
export async function stayThere(
  session: Session,
  place: RemotePlace,
  { name, isNamed }: StartedThere,
  { wait, signal }: { readonly wait: Wait; readonly signal: AbortSignal },
): Promise<void> {
  const watch = watchThere(session, place, name, isNamed);
  await attend(session.output, { name, watch, console: null }, wait, signal);
}

/** Nothing is known of the life before it is seen. */
export function watchThere(
  session: Session,
  place: RemotePlace,
  name: UnikernelName,
  isNamed: boolean,
): LifeWatch {
  return new LifeWatch(lookoutThere(session, place, name), { life: null, isNamed });
}
