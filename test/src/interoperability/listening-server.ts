import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { framesIn } from './answer.ts';
import { recordedChainPem, recordedKeyPem } from './recorded.ts';

/** What a client showed and said. */
export interface Heard {
  /** In DER, the leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly content: Buffer;
}

/** A server with what the original generated for one. It takes any certificate, hears the client out, and hangs up. */
export class ListeningServer implements AsyncDisposable {
  readonly #server: Server;
  #heard: Promise<Heard> | null = null;
  /** Whether the next client says anything, which has an end. */
  #hasContent = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => {
      this.#heard = hear(socket, this.#hasContent);
    });
  }

  static async start(): Promise<ListeningServer> {
    const server = createServer({
      cert: recordedChainPem('servers/ed25519'),
      key: recordedKeyPem('server-ed25519'),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ListeningServer(server);
  }

  get destination(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  willHear(content: 'content' | 'nothing'): void {
    this.#heard = null;
    this.#hasContent = content === 'content';
  }

  /** Of the last client, who has gone. */
  async heard(): Promise<Heard> {
    if (this.#heard === null) throw new Error('nobody came');
    return await this.#heard;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function hear(socket: TLSSocket, hasContent: boolean): Promise<Heard> {
  const { raw, issuerCertificate } = socket.getPeerCertificate(true);
  const chain = [raw, issuerCertificate.raw].map((der) => new Uint8Array(der));
  const pieces: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    const isWhole = framesIn(Buffer.concat(pieces)).at(-1)?.length === 0;
    if (isWhole) socket.end();
  });
  if (!hasContent) socket.end();
  await once(socket, 'close');
  return { chain, content: Buffer.concat(pieces) };
}
