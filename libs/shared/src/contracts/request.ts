import type { z } from 'zod';
import type { Name } from '../domain/name.ts';
import { subjectTokens } from '../domain/name.ts';
import type { FailureCode } from './failures.ts';
import type { Identity, ServiceName } from './identities.ts';

/**
 * ```abnf
 * subject = "albatross.v1.cmd." caller "." noun "." verb "." name-tokens
 * ```
 *
 * The caller is a token that the bus lets only its owner publish; the name's tokens are derived from the
 * name in the body. So a permission on subjects is an authorisation.
 */
export interface RequestContract<
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
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

export function defineRequest<Body extends z.ZodType<{ name: Name }>, Reply extends z.ZodType>(
  contract: RequestContract<Body, Reply>,
): RequestContract<Body, Reply> {
  return contract;
}

export function requestSubject(contract: RequestContract, caller: Identity, name: Name): string {
  return `${requestPrefix(contract, caller)}.${addressTokens(contract, name)}`;
}

/** What a request about `name` has in its subject, where the name stands. */
export function addressTokens({ address = subjectTokens }: RequestContract, name: Name): string {
  return address(name);
}

/** What a service subscribes; or what a caller publishes, whatever the name. */
export function requestPattern(contract: RequestContract, caller: Identity | '*' = '*'): string {
  return `${requestPrefix(contract, caller)}.>`;
}

function requestPrefix(contract: RequestContract, caller: Identity | '*'): string {
  return `albatross.v1.cmd.${caller}.${contract.noun}.${contract.verb}`;
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
  const tokens = subject.split('.');
  const [albatross, version, cmd, caller, noun, verb, ...name] = tokens;
  const fits =
    albatross === 'albatross' &&
    version === 'v1' &&
    cmd === 'cmd' &&
    caller !== undefined &&
    noun === contract.noun &&
    verb === contract.verb &&
    name.length > 0;
  return fits ? { caller, nameTokens: name.join('.') } : null;
}
