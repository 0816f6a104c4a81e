import type { Bus } from '@albatross/shared/bus/bus';
import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import type { BodyOf, ReplyOf, RequestContract } from '@albatross/shared/contracts/request';

/** What a service said for good. */
export type Answer<Reply> =
  | { readonly kind: 'done'; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly message: string };

/** After one of these nobody can tell whether it was, or will be, carried out. */
const OPEN: readonly FailureCode[] = [
  'DEADLINE_EXCEEDED',
  'SERVICE_DOWN',
  'BUS_UNREACHABLE',
  'BUSY',
];

/** Asks once. Null when there is no answer in time. */
export async function ask<C extends RequestContract>(
  bus: Bus,
  contract: C,
  body: BodyOf<C>,
  deadlineMs: number,
): Promise<Answer<ReplyOf<C>> | null> {
  try {
    return { kind: 'done', reply: await bus.request(contract, body, { deadlineMs }) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message } = error;
    return OPEN.includes(code) ? null : { kind: 'refused', code, message };
  }
}
