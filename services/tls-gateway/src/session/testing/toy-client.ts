import {
  concatenate,
  decodeMessage,
  readFrames,
  type Frame,
  type WireHeader,
  type WireMessage,
} from '@albatross/wire';
import type { Client } from '../client.ts';

/** A client without a connection, that says what it is given and remembers the bytes that it is sent. */
export class ToyClient implements Client {
  readonly header: WireHeader;
  readonly frames: Client['frames'];
  readonly silent: AbortSignal;
  readonly #written: Uint8Array[] = [];
  readonly #gone = new AbortController();
  /** Bytes of the largest write. */
  largestWrite = 0;

  constructor(header: WireHeader, frames: AsyncIterator<Frame, void, undefined> = nothing()) {
    this.header = header;
    this.frames = frames;
    this.silent = this.gone;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  go(): void {
    this.#gone.abort(new Error('the client has gone'));
  }

  readonly write = async (bytes: readonly Uint8Array[]): Promise<void> => {
    this.gone.throwIfAborted();
    const whole = concatenate(bytes);
    this.largestWrite = Math.max(this.largestWrite, whole.length);
    this.#written.push(whole);
  };

  get received(): Uint8Array {
    return concatenate(this.#written);
  }

  /** Throws when it has been sent anything else than whole messages. */
  async messages(): Promise<readonly WireMessage[]> {
    const messages: WireMessage[] = [];
    const frames = readFrames(framesOnce(this.received), { frameBytesMax: 2 ** 31 - 1 });
    for await (const frame of frames)
      if (frame.kind === 'content') messages.push(decodeMessage(frame.bytes));
    return messages;
  }

  /** What it was told, in short: texts as they are, and of other things their kind. */
  async heard(): Promise<readonly string[]> {
    return (await this.messages()).map(({ payload }) => {
      if (payload.kind === 'failure') return `failure: ${payload.text}`;
      if (payload.kind === 'data') return payload.data.kind;
      if (payload.kind === 'command') return payload.command.kind;
      return payload.reply.kind === 'string' ? payload.reply.text : payload.reply.kind;
    });
  }
}

async function* nothing(): AsyncGenerator<Frame, void, undefined> {}

async function* framesOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Frames as a client sends chunks, and the end of them. */
export async function* chunkFrames(
  chunks: Iterable<Uint8Array>,
): AsyncGenerator<Frame, void, undefined> {
  let offset = 0;
  for (const bytes of chunks) {
    yield { kind: 'content', offset, bytes };
    offset += 4 + bytes.length;
  }
  yield { kind: 'end', offset };
}
