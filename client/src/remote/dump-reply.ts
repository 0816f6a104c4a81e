import { inflate } from '@albatross/shared/bus/zlib-stream';
import { Failure } from '@albatross/shared/contracts/failures';
import type { WireMessage } from '@albatross/wire';
import type { Write } from '../write-file.ts';
import { expectReply, unexpected } from './expected-reply.ts';
import type { ShowReply } from './give-order.ts';

/**
 * Brings the content of a block device to `write`, inflated. `ask` gives the order, and shows what is
 * answered:
 *
 * ```text
 * dump = reply(block-device-image) *data(block-some) data(block-none)
 * ```
 *
 * The pieces together are one zlib stream, when the reply says so. Throws a `Failure`, `REMOTE_LOST` when
 * there is no end behind them, or what `ask` and `write` throw.
 */
export async function receiveDump(
  ask: (show: ShowReply) => Promise<void>,
  write: Write,
): Promise<void> {
  const dump = new Dump(write);
  try {
    await ask(async (message) => await dump.take(message));
  } catch (error) {
    return await dump.end(error);
  }
  await dump.end(new Failure('REMOTE_LOST', 'the server stopped before it had sent everything'));
}

class Dump {
  readonly #write: Write;
  /** What comes goes through here, no faster than it is written. */
  readonly #pieces = new TransformStream<Uint8Array, Uint8Array>();
  readonly #source = this.#pieces.writable.getWriter();
  /** Null before the reply. */
  #writing: Promise<void> | null = null;
  #isComplete = false;

  constructor(write: Write) {
    this.#write = write;
  }

  async take(message: WireMessage): Promise<void> {
    const { payload } = message;
    // Nothing that follows the end belongs to it.
    if (this.#isComplete) return;
    if (this.#writing === null) {
      this.#writing = this.#begin(expectReply(message, 'block-device-image').compressed);
    } else if (payload.kind === 'data' && payload.data.kind === 'block-some') {
      await this.#give(payload.data.bytes, this.#writing);
    } else if (payload.kind === 'data' && payload.data.kind === 'block-none') {
      this.#isComplete = true;
      await this.#source.close().catch(() => undefined);
    } else {
      throw unexpected(payload, 'block-some');
    }
  }

  #begin(isCompressed: boolean): Promise<void> {
    const pieces = this.#pieces.readable;
    const writing = isCompressed ? inflate(pieces, this.#write) : copy(pieces, this.#write);
    // Awaited when nothing more comes, or nothing more is taken.
    writing.catch(() => undefined);
    return writing;
  }

  async #give(bytes: Uint8Array, writing: Promise<void>): Promise<void> {
    try {
      await this.#source.write(bytes);
    } catch {
      await writing;
      throw new Failure('COMPRESSION_INVALID', 'something stands behind the end of the content');
    }
  }

  /** `cause` is why there is nothing more, if it was not complete. */
  async end(cause: unknown): Promise<void> {
    if (!this.#isComplete) this.#source.abort(cause).catch(() => undefined);
    // What could not be written is why nothing more was taken.
    await this.#writing;
    if (!this.#isComplete) throw cause;
  }
}

async function copy(pieces: AsyncIterable<Uint8Array>, write: Write): Promise<void> {
  for await (const bytes of pieces) await write(bytes);
}
