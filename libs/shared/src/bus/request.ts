import { ErrorCode, NatsError, type Msg, type MsgHdrs } from 'nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../contracts/failures.ts';
import {
  requestSubject,
  type BodyOf,
  type ReplyOf,
  type RequestContract,
} from '../contracts/request.ts';
import { actorHeaders } from './actor.ts';
import { check, decode, encode } from './codec.ts';
import { deferred } from './deferred.ts';
import { failureIn } from './failure-codec.ts';
import type { Link } from './link.ts';

export interface RequestOptions {
  /** Instead of the contract's. */
  readonly deadlineMs?: number;
  /** How long a service that is not there is waited for, instead of `SERVICE_GRACE_MS`; 0 is not at all. */
  readonly graceMs?: number;
  /** In whose name a gateway asks, in printable ASCII; for the log of whoever answers. */
  readonly actor?: string;
}

/** How long a service that is being restarted may be away before a caller is told. */
export const SERVICE_GRACE_MS = 3_000;
/** A command that is not answered for so long is given again: whoever took it may have died with it. */
export const ASK_AGAIN_MS = 5_000;
const RETRY_MS = 100;

/**
 * Asks once, and again if the connection was lost or the service was being restarted meanwhile, until the
 * deadline. Throws a `Failure`.
 */
export async function request<C extends RequestContract>(
  link: Link,
  contract: C,
  body: BodyOf<C>,
  options: RequestOptions,
): Promise<ReplyOf<C>> {
  const checked = check(contract.body, body, 'REQUEST_INVALID') as {
    name: Parameters<typeof requestSubject>[2];
  };
  const subject = requestSubject(contract, link.identity, checked.name);
  const data = encode(body);
  const { actor } = options;
  const marked = actor === undefined ? {} : { headers: actorHeaders(actor) };
  const started = Date.now();
  const end = started + (options.deadlineMs ?? contract.deadlineMs);
  const absentUntil = Math.min(started + (options.graceMs ?? SERVICE_GRACE_MS), end);
  // Given again, a command with an id is carried out once; of a question nobody is sure.
  const patienceMs = 'id' in checked ? ASK_AGAIN_MS : Infinity;
  for (;;) {
    if (link.connection.isClosed() || link.connection.isDraining()) {
      throw new Failure('BUS_UNREACHABLE', 'the connection to the bus was closed');
    }
    const outcome = await attempt(
      link,
      contract,
      { subject, data, marked },
      {
        end,
        until: Math.min(end, Date.now() + patienceMs),
      },
    );
    if (outcome.kind === 'reply') return readReply(contract, outcome.message);
    const next = Date.now() + RETRY_MS;
    if (outcome.kind === 'absent' && next > absentUntil) {
      throw new Failure('SERVICE_DOWN', `${contract.service} is not running`, {
        service: contract.service,
      });
    }
    if (next > end) throw late(link, contract);
    await sleep(RETRY_MS);
  }
}

type Outcome =
  | { readonly kind: 'reply'; readonly message: Msg }
  | { readonly kind: 'absent' }
  | { readonly kind: 'lost' };

interface Question {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly marked: { readonly headers?: MsgHdrs };
}

async function attempt(
  link: Link,
  contract: RequestContract,
  { subject, data, marked }: Question,
  { end, until }: { readonly end: number; readonly until: number },
): Promise<Outcome> {
  if (!(await upBefore(link, end))) throw late(link, contract);
  const lost = deferred();
  const forgetLoss = link.onLost(lost.resolve);
  const reply = link.connection
    .request(subject, data, { timeout: Math.max(1, until - Date.now()), ...marked })
    .then((message): Outcome => ({ kind: 'reply', message }));
  reply.catch(() => undefined);
  try {
    return await Promise.race([reply, lost.promise.then((): Outcome => ({ kind: 'lost' }))]);
  } catch (error) {
    return isTimeout(error) && until < end ? { kind: 'lost' } : refusal(error, link, contract);
  } finally {
    forgetLoss();
  }
}

async function upBefore(link: Link, end: number): Promise<boolean> {
  if (link.isUp) return true;
  const giveUp = new AbortController();
  const tooLate = sleep(Math.max(1, end - Date.now()), false, { signal: giveUp.signal });
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([link.whenUp().then(() => true), tooLate]);
  } finally {
    giveUp.abort();
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof NatsError && error.code === (ErrorCode.Timeout as string);
}

/** What the package throws, as an outcome or as a failure of ours. */
function refusal(error: unknown, link: Link, contract: RequestContract): Outcome {
  if (!(error instanceof NatsError)) throw error;
  switch (error.code as ErrorCode) {
    case ErrorCode.NoResponders:
      return { kind: 'absent' };
    case ErrorCode.Disconnect:
    case ErrorCode.ConnectionClosed:
    case ErrorCode.ConnectionDraining:
      return { kind: 'lost' };
    case ErrorCode.Timeout:
      throw late(link, contract);
    case ErrorCode.PermissionsViolation:
      throw new Failure(
        'PERMISSION_DENIED',
        `${link.identity} may not ask for ${contract.noun}.${contract.verb} under this name`,
      );
    case ErrorCode.MaxPayloadExceeded:
      throw new Failure('MESSAGE_TOO_LARGE', `the request is larger than the bus carries`);
    default:
      throw error;
  }
}

function late(link: Link, contract: RequestContract): Failure {
  return link.isUp
    ? new Failure(
        'DEADLINE_EXCEEDED',
        `${contract.service} did not answer ${contract.noun}.${contract.verb} in time`,
      )
    : new Failure('BUS_UNREACHABLE', 'the connection to the bus is lost');
}

function readReply<C extends RequestContract>(contract: C, message: Msg): ReplyOf<C> {
  const failure = failureIn(message, contract);
  if (failure !== null) throw failure;
  return decode(contract.reply, message.data, 'REPLY_INVALID') as ReplyOf<C>;
}
