import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/**
 * A connection that holds back what a TLS client says about itself until `release`. Node looks at the
 * certificate of the server only after the handshake, of which the client's own is the last part: whoever
 * answers would see the command and its arguments before anybody knew who that is.
 *
 * ```text
 * records = *(ClientHello / change_cipher_spec) *application_data   ; of a TLS 1.3 client
 * record  = type version length fragment                           ; type: 1 byte, 23 is application_data
 * ```
 *
 * The library writes whole records; the encrypted ones begin with the client's certificate.
 */
export class HeldFlight extends Duplex {
  readonly #socket: Socket;
  #held: (() => void)[] | null = [];

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (bytes) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      // What came before a proper end is still to be read.
      if (!socket.readableEnded) this.destroy();
    });
    // Whoever has the connection made on this one is told of it.
    this.on('error', () => undefined);
  }

  /** Sends what was held, and from now on everything. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const send of held) send();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const send = (): void => {
      this.#socket.write(bytes, done);
    };
    if (this.#held === null || isPlain(bytes)) send();
    else this.#held.push(send);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

const APPLICATION_DATA = 23;
const RECORD_HEADER_LENGTH = 5;

/** Whether none of these records is encrypted. */
function isPlain(records: Buffer): boolean {
  for (let at = 0; at < records.length;) {
    if (records[at] === APPLICATION_DATA) return false;
    if (at + RECORD_HEADER_LENGTH > records.length) return true;
    at += RECORD_HEADER_LENGTH + records.readUInt16BE(at + 3);
  }
  return true;
}
