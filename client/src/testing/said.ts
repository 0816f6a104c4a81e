import type { Name } from '@albatross/shared/domain/name';
import { encodeFrame, encodeMessage, type WirePayload, type WireReply } from '@albatross/wire';

/** One message of a server about `tenant:hello`, as it is sent. */
export function said(payload: WirePayload): Uint8Array {
  const header = { sequence: 0n, name: 'tenant:hello' as Name };
  return Buffer.concat(encodeFrame(encodeMessage({ header, payload })));
}

export function replied(reply: WireReply): Uint8Array {
  return said({ kind: 'reply', reply });
}

/** What most commands are answered. */
export function answered(text: string): Uint8Array {
  return replied({ kind: 'string', text });
}
