import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net';

export interface FifoReaderOptions {
  readonly path: string;
  /** The bytes are only good until the call returns. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Nobody can write any more. */
  readonly onEnd: () => void;
  readonly onDefect: (error: unknown) => void;
}

const READ_BYTES = 64 * 1024;
/** What one `readNow` takes at most, so that a guest that never stops printing cannot hold us. */
export const READ_NOW_BYTES = 16 * READ_BYTES;

/** One memory for all readers: every read is dealt with before the next. */
const memory = new Uint8Array(READ_BYTES);

/**
 * Reads a fifo without a thread of the pool: as a socket on a non-blocking descriptor. Opened for reading
 * only, so that it ends when keeper and tender both have.
 */
export class FifoReader implements Disposable {
  readonly #options: FifoReaderOptions;
  readonly #fd: number;
  readonly #socket: Socket;

  /** Throws when there is no such fifo. */
  constructor(options: FifoReaderOptions) {
    this.#options = options;
    this.#fd = openSync(options.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      this.#socket = new Socket(this.#socketOptions());
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.#socket.on('end', options.onEnd).on('error', options.onDefect);
  }

  /**
   * Takes what is in the fifo at this moment. `empty`: somebody may still write; `ended`: nobody has it
   * open for writing any more; `more`: there was too much to take it all at once.
   */
  readNow(): 'empty' | 'ended' | 'more' {
    for (let taken = 0; taken < READ_NOW_BYTES;) {
      const length = this.#tryRead();
      if (length === null) return 'empty';
      if (length === 0) return 'ended';
      this.#received(length);
      taken += length;
    }
    return 'more';
  }

  /** Null when there is nothing to read now; 0 when there never will be. */
  #tryRead(): number | null {
    try {
      return readSync(this.#fd, memory, 0, READ_BYTES, null);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
      throw error;
    }
  }

  /** `onread` saves a copy and a stream's queue; the package of types knows it for `connect` only. */
  #socketOptions(): SocketConstructorOpts & ConnectOpts {
    const onread = { buffer: memory, callback: (length: number) => this.#received(length) };
    return { fd: this.#fd, readable: true, writable: false, onread };
  }

  #received(length: number): boolean {
    this.#options.onBytes(memory.subarray(0, length));
    return true;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
