import { once } from 'node:events';
import type { Duplex } from 'node:stream';

export interface OutgoingOptions {
  /** How long the other side may take nothing. */
  readonly writeMsMax: number;
  /** Aborted when there is nobody to write to. */
  readonly gone: AbortSignal;
  /** Told when the other side took nothing for too long: the socket is of no more use. */
  readonly onStuck: (why: Error) => void;
}

/** Written at once; then there has to be room again. So a slow reader is told from one that takes nothing. */
const PARCEL_BYTES = 65_536;

/** What is written to a socket: one after the other, as fast as it is taken. */
export class Outgoing {
  readonly #socket: Duplex;
  readonly #options: OutgoingOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Duplex, options: OutgoingOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Resolves when there is room for more. Rejects with the reason of `gone`. */
  async write(bytes: readonly Uint8Array[]): Promise<void> {
    const written = this.#last.then(async () => await this.#writeAll(bytes));
    this.#last = written.catch(() => undefined);
    await written;
  }

  /** Ends our side behind what was written, and resolves when all of it was taken. Likewise rejects. */
  async end(): Promise<void> {
    await this.#last;
    this.#options.gone.throwIfAborted();
    const finished = this.#within('finish');
    this.#socket.end();
    await finished;
  }

  async #writeAll(bytes: readonly Uint8Array[]): Promise<void> {
    for (const parcel of parcels(bytes)) {
      this.#options.gone.throwIfAborted();
      if (this.#socket.writableEnded) throw new Error('the connection was ended');
      if (!this.#socket.write(parcel)) await this.#within('drain');
    }
  }

  async #within(event: 'drain' | 'finish'): Promise<void> {
    const { writeMsMax, gone, onStuck } = this.#options;
    const late = setTimeout(() => {
      onStuck(new Error(`the other side took nothing for ${writeMsMax / 1000} seconds`));
    }, writeMsMax);
    try {
      await once(this.#socket, event, { signal: gone });
    } catch (error) {
      gone.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }
}

/** The same bytes in parcels: a header and what it heads go out together, and what is large in parts. */
function* parcels(bytes: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
  let small: Uint8Array[] = [];
  let room = PARCEL_BYTES;
  for (const piece of bytes)
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + room);
      small.push(part);
      at += part.length;
      room -= part.length;
      if (room > 0) continue;
      yield Buffer.concat(small);
      small = [];
      room = PARCEL_BYTES;
    }
  if (small.length > 0) yield Buffer.concat(small);
}
