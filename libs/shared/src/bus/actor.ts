import { headers, type MsgHdrs } from 'nats';
import { isGateway, type KeyHolder } from '../contracts/identities.ts';

/** Who asks through a gateway; honoured from gateways only. */
const ACTOR = 'Albatross-Actor';
/** Characters of it; what is longer is cut off there. */
export const ACTOR_LENGTH_MAX = 512;

/** What a gateway sends with a request. Throws `RangeError` for what is not printable ASCII. */
export function actorHeaders(actor: string): MsgHdrs {
  if (!/^[ -~]+$/.test(actor)) throw new RangeError('an actor is printable ASCII');
  const marked = headers();
  marked.set(ACTOR, actor.slice(0, ACTOR_LENGTH_MAX));
  return marked;
}

/** Who is meant by the one who sent a message. */
export function actorOf(received: MsgHdrs | undefined, caller: KeyHolder): string {
  const actor = isGateway(caller) ? (received?.get(ACTOR) ?? '') : '';
  return actor === '' ? caller : actor.slice(0, ACTOR_LENGTH_MAX);
}
