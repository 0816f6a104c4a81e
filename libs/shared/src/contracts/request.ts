import { labelTokens, ROOT, subjectTokens, type Name, type PathName } from '../domain/name.ts';
import type { FailureCode } from './failures.ts';
import type { KeyHolder, ServiceName } from './identities.ts';
import type * as z from './schema.ts';

/**
 * ```abnf
 * subject = "albatross.v1.cmd." caller "." noun "." verb "." name-tokens
 * ```
 *
 * The caller is a token that the bus lets only its owner publish; the name's tokens are derived from the
 * name in the body. So a permission on subjects is an authorisation.
 */
export interface RequestContract<
  Body extends z.ZodMiniType = z.ZodMiniType,
  Reply extends z.ZodMiniType = z.ZodMiniType,
> {
  readonly service: ServiceName;
  readonly noun: string;
  readonly verb: string;
  /** One sentence for `docs/bus.md`. */
  readonly summary: string;
  /** Strict: unknown keys are refused. Always has a `name`. */
  readonly body: Body;
  /** The tokens that stand for the name in the subject; `subjectTokens` where there is none. */
  readonly address?: (name: Name) => string;
  /** Open: a newer service may add keys. */
  readonly reply: Reply;
  /** What the service itself may answer, beside the failures every request can meet. */
  readonly failures: readonly FailureCode[];
  readonly deadlineMs: number;
}

/** What a caller hands over, before the schema has read it. */
export type BodyOf<C extends RequestContract> = z.input<C['body']>;
/** What a service is given. */
export type RequestOf<C extends RequestContract> = z.output<C['body']>;
export type ReplyOf<C extends RequestContract> = z.output<C['reply']>;

/** What any service may answer, whatever the contract says. */
export const SERVICE_FAILURES: readonly FailureCode[] = [
  'NAME_INVALID',
  'NAME_MISMATCH',
  'REQUEST_INVALID',
  'BUSY',
  'INTERNAL',
];

/** What a caller meets on the way; no service says so. */
export const TRANSPORT_FAILURES: readonly FailureCode[] = [
  'BUS_UNREACHABLE',
  'SERVICE_DOWN',
  'DEADLINE_EXCEEDED',
  'PERMISSION_DENIED',
  'MESSAGE_TOO_LARGE',
  'REPLY_INVALID',
];

export function defineRequest<
  Body extends z.ZodMiniType<{ name: Name }>,
  Reply extends z.ZodMiniType,
>(contract: RequestContract<Body, Reply>): RequestContract<Body, Reply> {
  return contract;
}

const PREFIX = 'albatross.v1.cmd.';

export function requestSubject(contract: RequestContract, caller: KeyHolder, name: Name): string {
  return `${requestPrefix(contract, caller)}.${addressTokens(contract, name)}`;
}

/** What a request about `name` has in its subject, where the name stands. */
export function addressTokens({ address = subjectTokens }: RequestContract, name: Name): string {
  return address(name);
}

/** What a service subscribes; or what a caller publishes, whatever the name, or for names below `domain`. */
export function requestPattern(
  contract: RequestContract,
  caller: KeyHolder | '*' = '*',
  domain: PathName = ROOT,
): string {
  return [requestPrefix(contract, caller), ...labelTokens(domain), '>'].join('.');
}

function requestPrefix(contract: RequestContract, caller: KeyHolder | '*'): string {
  return `${PREFIX}${caller}.${contract.noun}.${contract.verb}`;
}

export interface AddressedSubject {
  readonly caller: string;
  readonly nameTokens: string;
}

/** Takes a subject apart that a service received; null when it is not one of this contract. */
export function parseRequestSubject(
  contract: RequestContract,
  subject: string,
): AddressedSubject | null {
  // Looked for where it has to stand: this is done for every message.
  if (!subject.startsWith(PREFIX)) return null;
  const callerEnd = subject.indexOf('.', PREFIX.length);
  const request = `.${contract.noun}.${contract.verb}.`;
  if (callerEnd === -1 || !subject.startsWith(request, callerEnd)) return null;
  return {
    caller: subject.slice(PREFIX.length, callerEnd),
    nameTokens: subject.slice(callerEnd + request.length),
  };
}
