import { decodeMessage, type WireMessage } from '@albatross/wire';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What one of the original's local clients does: everything at once, and then it reads to the end, or, behind
 * a policy, ends itself.
 */
export async function ask(
  path: string,
  bytes: Uint8Array,
  { endsItself = false } = {},
): Promise<Uint8Array> {
  const socket = connect(path);
  socket.write(bytes);
  if (endsItself) socket.end();
  return new Uint8Array(await buffer(socket));
}

/** A client that is connected, and says what it is told to. */
export async function connected(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

export function messagesIn(stream: Uint8Array): readonly WireMessage[] {
  const view = Buffer.from(stream);
  const messages: WireMessage[] = [];
  for (let at = 0; at < view.length; at += 4 + view.readUInt32BE(at))
    messages.push(decodeMessage(view.subarray(at + 4, at + 4 + view.readUInt32BE(at))));
  return messages;
}
