import {
  decodeMessage,
  encodeFrame,
  readFrames,
  concatenate,
  type Frame,
  type WireMessage,
} from '@albatross/wire';
import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

export interface WireClientOptions {
  readonly port: number;
  readonly host?: string;
  /** In PEM, the leaf first; none to show no certificate. */
  readonly chain?: string;
  readonly key?: string;
  readonly tls?: ConnectionOptions;
}

const FRAME_BYTES_MAX = 33_554_432;

/** A client of the TLS endpoint, as the original's: shows its certificates, and takes what it is answered. */
export class WireClient implements AsyncDisposable {
  readonly socket: TLSSocket;
  readonly #frames: AsyncIterator<Frame, void, undefined>;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    const pieces = socket.iterator({ destroyOnReturn: false });
    this.#frames = readFrames(pieces, { frameBytesMax: FRAME_BYTES_MAX });
  }

  /** Resolves after the handshake, as the client sees it: the endpoint has not judged it yet. */
  static async connect({ port, host, chain, key, tls }: WireClientOptions): Promise<WireClient> {
    const socket = connect({
      port,
      host: host ?? '127.0.0.1',
      ...(chain === undefined ? {} : { cert: chain, key }),
      // Whom the endpoint belongs to is tried elsewhere.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ...tls,
    });
    await once(socket, 'secureConnect');
    return new WireClient(socket);
  }

  /** The messages that are answered until the endpoint has nothing more to say. Throws when it is cut off. */
  static async ask(options: WireClientOptions): Promise<readonly WireMessage[]> {
    await using client = await WireClient.connect(options);
    return await client.rest();
  }

  /** Each a chunk. */
  async send(...chunks: readonly Uint8Array[]): Promise<void> {
    await this.write(...chunks.map((chunk) => concatenate(encodeFrame([chunk]))));
  }

  async sendEnd(): Promise<void> {
    await this.write(new Uint8Array(4));
  }

  /** Bytes as they are. */
  async write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) if (!this.socket.write(piece)) await once(this.socket, 'drain');
  }

  /** The next message; null when the endpoint has nothing more to say. */
  async message(): Promise<WireMessage | null> {
    const { value: frame } = await this.#frames.next();
    return frame?.kind === 'content' ? decodeMessage(frame.bytes) : null;
  }

  async rest(): Promise<readonly WireMessage[]> {
    const messages: WireMessage[] = [];
    for (let next = await this.message(); next !== null; next = await this.message())
      messages.push(next);
    return messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }
}
