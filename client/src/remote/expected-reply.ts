import { Failure } from '@albatross/shared/contracts/failures';
import type { WireMessage, WirePayload, WireReply } from '@albatross/wire';

/** The reply that an order has when it is understood. Throws a `Failure` `REMOTE_LOST` for anything else. */
export function expectReply<Kind extends WireReply['kind']>(
  { payload }: WireMessage,
  kind: Kind,
): Extract<WireReply, { kind: Kind }> {
  if (payload.kind === 'reply' && isOf(payload.reply, kind)) return payload.reply;
  throw unexpected(payload, kind);
}

/**
 * An order that is answered with a word, or none, was carried out; returns the word. Throws a `Failure`
 * `REMOTE_LOST`.
 */
export function expectDone({ payload }: WireMessage): string {
  if (payload.kind === 'reply' && payload.reply.kind === 'string') return payload.reply.text;
  if (payload.kind === 'reply' && payload.reply.kind === 'empty') return 'done';
  throw unexpected(payload, 'string');
}

/** What such an order cannot be answered with. */
export function unexpected(payload: WirePayload, expected: string): Failure {
  const message = `the server answered ${kindOf(payload)} where ${expected} was expected`;
  return new Failure('REMOTE_LOST', message);
}

function isOf<Kind extends WireReply['kind']>(
  reply: WireReply,
  kind: Kind,
): reply is Extract<WireReply, { kind: Kind }> {
  return reply.kind === kind;
}

/** As the wire calls it. */
function kindOf(payload: WirePayload): string {
  switch (payload.kind) {
    case 'reply':
      return payload.reply.kind;
    case 'data':
      return payload.data.kind;
    default:
      return `a ${payload.kind}`;
  }
}
