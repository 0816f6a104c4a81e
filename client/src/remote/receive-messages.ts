import { Failure } from '@albatross/shared/contracts/failures';
import {
  decodeMessage,
  readFrames,
  WireError,
  type CommandRule,
  type WireMessage,
} from '@albatross/wire';
import type { TLSSocket } from 'node:tls';
import type { Connection } from './connect.ts';
import { lost, unreadable } from './connection-failures.ts';
import type { OnReceived } from './converse.ts';
import type { HostPort } from './destination-options.ts';
import type { ShowReply } from './give-order.ts';
import { refusalOf } from './server-refusal.ts';

/** Of one message: an image comes in one, and is held until it is complete. */
export const REPLY_BYTES_MAX = 536_870_912;

/** After the answer, for the server to end the connection, which it does at once. */
export const PARTING_MS_MAX = 1_000;

/**
 * Hands over messages until there is nothing more to come, or the server ends the connection; returns whether
 * all came. Throws a `Failure`, for a failure that the server sent too, or what `show` throws.
 */
export async function receiveMessages(
  server: HostPort,
  { tls }: Connection,
  kind: CommandRule['answer'],
  show: ShowReply,
  onReceived: OnReceived = () => undefined,
): Promise<boolean> {
  let isComplete = false;
  try {
    for await (const frame of readFrames(bytesOf(server, tls, onReceived), {
      frameBytesMax: REPLY_BYTES_MAX,
    })) {
      // Nothing belongs to the answer that comes behind it.
      if (isComplete && kind !== 'stream') continue;
      if (frame.kind === 'end') throw unreadable(server, 'a message without a byte');
      const message = decodeMessage(frame.bytes);
      await take(message, show);
      isComplete = kind !== 'dump' || isDumpEnd(message);
      if (isComplete && kind !== 'stream') part(tls);
    }
  } catch (error) {
    if (isComplete && kind !== 'stream') return true;
    throw error instanceof WireError ? unreadable(server, error.message) : error;
  }
  return isComplete;
}

/** As it comes; what breaks it is a `Failure`. */
async function* bytesOf(
  server: HostPort,
  tls: TLSSocket,
  onReceived: OnReceived,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const bytes of tls as AsyncIterable<Uint8Array>) {
      onReceived(bytes.length);
      yield bytes;
    }
  } catch (error) {
    throw error instanceof Failure ? error : lost(server, error);
  }
}

async function take(message: WireMessage, show: ShowReply): Promise<void> {
  const { payload } = message;
  if (payload.kind === 'failure') throw refusalOf(payload.text);
  if (payload.kind === 'command')
    throw new Failure('REPLY_INVALID', 'the server answered with a command');
  await show(message);
}

function isDumpEnd({ payload }: WireMessage): boolean {
  return payload.kind === 'data' && payload.data.kind === 'block-none';
}

/** A server that wrote everything is not left with a connection that broke. */
function part(tls: TLSSocket): void {
  tls.end();
  setTimeout(() => tls.destroy(), PARTING_MS_MAX).unref();
}
