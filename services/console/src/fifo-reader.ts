import { closeSync, readSync } from 'node:fs';
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net';
import { openFifo } from './open-fifo.ts';

export interface FifoReaderOptions {
  readonly path: string;
  /** The bytes are only good until the call returns. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Nobody can write any more. */
  readonly onEnd: () => void;
  readonly onDefect: (error: unknown) => void;
}

/** What one read takes: a guest that prints nothing but ends of lines makes as many entries of it. */
const READ_BYTES = 16 * 1024;
/** What one `readNow` takes at most, so that a guest that never stops printing cannot hold us. */
export const READ_NOW_BYTES = 64 * 1024;

/**
 * One memory for all readers: every read is dealt with before the next. A `Buffer`, which finds the ends of
 * lines four times as fast as a bare array of bytes.
 */
const memory = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * Reads a fifo without a thread of the pool: as a socket on a non-blocking descriptor. Opened for reading
 * only, so that it ends when keeper and tender both have.
 */
export class FifoReader implements Disposable {
  readonly #options: FifoReaderOptions;
  readonly #fd: number;
  readonly #socket: Socket;

  /** Throws when there is no such file, and `NotAFifo` for one of another kind. */
  constructor(options: FifoReaderOptions) {
    this.#options = options;
    this.#fd = openFifo(options.path, 'read');
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
    // Its number may be another file's by now.
    if (this.#socket.destroyed) return 'ended';
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
    const callback = (length: number): boolean => {
      this.#received(length);
      return length < READ_BYTES || this.#yield();
    };
    const onread = { buffer: memory, callback };
    return { fd: this.#fd, readable: true, writable: false, onread };
  }

  /** Whoever always has more to read lets the others have their turn first. */
  #yield(): false {
    setImmediate(() => {
      if (!this.#socket.destroyed) this.#socket.resume();
    });
    return false;
  }

  #received(length: number): void {
    this.#options.onBytes(memory.subarray(0, length));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
