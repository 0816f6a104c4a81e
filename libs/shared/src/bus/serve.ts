import type { ServiceMsg } from 'nats';
import { actorOf } from './actor.ts';
import { Failure } from '../contracts/failures.ts';
import { isKeyHolder, type KeyHolder, type ServiceName } from '../contracts/identities.ts';
import {
  addressTokens,
  parseRequestSubject,
  requestPattern,
  type ReplyOf,
  type RequestContract,
  type RequestOf,
} from '../contracts/request.ts';
import type { Name } from '../domain/name.ts';
import { decode, encode } from './codec.ts';
import { encodeFailure, failureOf } from './failure-codec.ts';
import type { Link } from './link.ts';

/** Requests one process works on at a time; more are refused with `BUSY`. */
export const REQUESTS_IN_FLIGHT_MAX = 1024;

export interface Caller {
  readonly identity: KeyHolder;
  /** For the log: who asks through a gateway, as that says; everybody else is who they are. */
  readonly actor: string;
}

/** A contract together with what answers it. */
export interface Endpoint {
  readonly contract: RequestContract;
  readonly answer: (body: never, caller: Caller) => unknown;
}

/**
 * The answer may throw a `Failure` of the contract; anything else thrown becomes `INTERNAL`. Those that are known at
 * once are better told without a promise: of all questions that come together, their replies go together then.
 */
export function endpoint<C extends RequestContract>(
  contract: C,
  answer: (body: RequestOf<C>, caller: Caller) => Promise<ReplyOf<C>> | ReplyOf<C>,
): Endpoint {
  return { contract, answer };
}

export interface Served {
  readonly service: ServiceName;
  readonly version: string;
  readonly endpoints: readonly Endpoint[];
  /** Told of messages that no honest caller sends; they get no answer. */
  readonly onDrop: (subject: string, why: string) => void;
}

/** Requests of one process. */
export interface Load {
  /** Under way. */
  active: number;
  /** Since it began, those under way included. */
  total: number;
  /** Messages that no honest caller sends. */
  dropped: number;
}

/** Serves as a NATS micro service, which `nats micro ls` shows. Returns what ends it: nothing more is taken on then. */
export async function serve(
  link: Link,
  served: Served,
  load: Load,
  onDefect: (error: unknown, where: string) => void,
): Promise<() => Promise<unknown>> {
  const service = await link.connection.services.add({
    name: served.service,
    version: served.version,
  });
  const counted: Served = {
    ...served,
    onDrop: (subject, why) => {
      load.dropped += 1;
      served.onDrop(subject, why);
    },
  };
  for (const one of served.endpoints) {
    const { noun, verb } = one.contract;
    service.addEndpoint(`${noun}-${verb}`, {
      subject: requestPattern(one.contract),
      handler: (error, message) => {
        if (error !== null) return onDefect(error, `${noun}.${verb}`);
        load.active += 1;
        load.total += 1;
        void answer(one, message, counted, load.active, onDefect)
          .catch((defect: unknown) => onDefect(defect, message.subject))
          .finally(() => {
            load.active -= 1;
          });
      },
    });
  }
  await link.connection.flush();
  return async () => await service.stop();
}

async function answer(
  { contract, answer }: Endpoint,
  message: ServiceMsg,
  served: Served,
  active: number,
  onDefect: (error: unknown, where: string) => void,
): Promise<void> {
  const address = parseRequestSubject(contract, message.subject);
  if (address === null || !isKeyHolder(address.caller))
    return served.onDrop(message.subject, 'foreign subject');
  if (!isHonestReply(message.reply, address.caller))
    return served.onDrop(message.subject, 'foreign reply');
  try {
    if (active > REQUESTS_IN_FLIGHT_MAX) {
      throw new Failure(
        'BUSY',
        `${served.service} has ${REQUESTS_IN_FLIGHT_MAX} requests under way; try again`,
      );
    }
    const body = decode(contract.body, message.data, 'REQUEST_INVALID') as { name: Name };
    if (addressTokens(contract, body.name) !== address.nameTokens) {
      throw new Failure('NAME_MISMATCH', `the body names ${body.name}, the subject another`);
    }
    const given = answer(body as never, {
      identity: address.caller,
      actor: actorOf(message.headers, address.caller),
    });
    const reply = given instanceof Promise ? ((await given) as unknown) : given;
    message.respond(encode(contract.reply.parse(reply)));
  } catch (error) {
    const defective = (defect: unknown): void => onDefect(defect, message.subject);
    try {
      refuse(message, failureOf(error, contract, defective));
    } catch (unspeakable) {
      refuse(message, failureOf(unspeakable, contract, defective));
    }
  }
}

/** Throws when the failure cannot be encoded, or is larger than a message. */
function refuse(message: ServiceMsg, failure: Failure): void {
  const { data, headers } = encodeFailure(failure);
  message.respond(data, { headers });
}

/**
 * The bus tells a service neither who called nor whether the reply subject is honest. The caller stands in
 * the subject, which the bus does check; and only below that caller's own inbox may an answer go.
 */
function isHonestReply(reply: string | undefined, caller: KeyHolder): boolean {
  return reply?.startsWith(`_INBOX.${caller}.`) ?? false;
}
