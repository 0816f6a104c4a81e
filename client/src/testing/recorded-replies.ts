import { decodeMessage, readFrames, type WireMessage, type WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const VECTORS = new URL('../../../libs/wire/vectors/', import.meta.url);

/** The bytes that the original's TLS endpoint sent for one command. */
export function recordedBytes(name: string): Uint8Array {
  return recorded(`tls-replies/${name}`);
}

/** The same in messages. */
export async function recordedMessages(name: string): Promise<readonly WireMessage[]> {
  const messages: WireMessage[] = [];
  for await (const frame of readFrames(once(recordedBytes(name)), { frameBytesMax: 2 ** 24 }))
    if (frame.kind === 'content') messages.push(decodeMessage(frame.bytes));
  return messages;
}

/** The one reply of that kind. */
export async function recordedReply<Kind extends WireReply['kind']>(
  name: string,
  kind: Kind,
): Promise<Extract<WireReply, { kind: Kind }>> {
  const [message] = await recordedMessages(name);
  assert.ok(message?.payload.kind === 'reply' && message.payload.reply.kind === kind);
  return message.payload.reply as Extract<WireReply, { kind: Kind }>;
}

/** The value of the extension in a request of the original's client. */
export function recordedExtension(name: string): Uint8Array {
  return recorded(`extensions/${name}`);
}

function recorded(path: string): Uint8Array {
  const packed = new URL(`${path}.gz`, VECTORS);
  if (existsSync(packed)) return new Uint8Array(gunzipSync(readFileSync(packed)));
  return new Uint8Array(readFileSync(new URL(path, VECTORS)));
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
