import type { Name } from '@albatross/shared/domain/name';
import {
  decodeMessage,
  FRAME_BYTES_MAX,
  readFrames,
  type Frame,
  type WireCommand,
  type WirePayload,
  type WireReply,
} from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { wireBytes } from '../../harness/wire-bytes.ts';

/** A daemon that hangs ends the measurement, not the patience of whoever waits. */
const SILENCE_MS = 60_000;
const TRY_MS = 1;

/** A connection to one of the original's sockets: commands, of which most take only one, and what is answered. */
export class Talk implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #frames: AsyncIterator<Frame, void, undefined>;
  #asked = 'nothing';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setTimeout(SILENCE_MS, () => {
      socket.destroy(new Error(`${this.#asked} was not answered in ${SILENCE_MS} ms`));
    });
    const pieces = socket.iterator({ destroyOnReturn: false });
    this.#frames = readFrames(pieces, { frameBytesMax: FRAME_BYTES_MAX });
  }

  static async begin(path: string, name: Name, command: WireCommand): Promise<Talk> {
    const talk = await Talk.open(path);
    talk.say(name, command);
    return talk;
  }

  static async open(path: string): Promise<Talk> {
    return new Talk(await connectedTo(path));
  }

  say(name: Name, command: WireCommand): void {
    this.#asked = `${command.kind} of ${name}`;
    const message = {
      header: { sequence: 0n, name },
      payload: { kind: 'command', command },
    } as const;
    this.#socket.write(wireBytes(message));
  }

  /** What comes next. Rejects when nothing does. */
  async next(): Promise<WirePayload> {
    return decodeMessage(await this.nextFrame()).payload;
  }

  /** The same, for whoever has no time to look at it. */
  async nextFrame(): Promise<Uint8Array> {
    const { value: frame } = await this.#frames.next();
    assert.ok(frame?.kind === 'content', 'it was not answered');
    return frame.bytes;
  }

  /** Nothing is expected any more: it may be silent as long as it likes, and another program may go on with it. */
  rest(): Socket {
    return this.#socket.setTimeout(0).pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }
}

/** The one reply to a command. Rejects when it fails, and says how. */
export async function ask(path: string, name: Name, command: WireCommand): Promise<WireReply> {
  await using talk = await Talk.begin(path, name, command);
  const payload = await talk.next();
  if (payload.kind === 'failure') throw new Error(`${command.kind} of ${name}: ${payload.text}`);
  assert.ok(payload.kind === 'reply', `${command.kind} of ${name}: ${payload.kind}`);
  return payload.reply;
}

/** The original lets ten wait, and the kernel sends whoever comes then away. */
async function connectedTo(path: string): Promise<Socket> {
  const end = Date.now() + SILENCE_MS;
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFull || Date.now() > end) throw error;
      await sleep(TRY_MS);
    }
  }
}
