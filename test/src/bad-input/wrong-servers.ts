import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What may listen where a gateway or a bus is looked for. */
export const WRONG_SPEECH: Readonly<Record<string, (socket: Socket) => void>> = {
  'speaks HTTP': (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'));
  },
  'speaks SSH': (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
  'speaks garbage': (socket) => void socket.end(Buffer.alloc(4096, 0xa5)),
  'closes at once': (socket) => void socket.end(),
  'breaks off': (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  'says nothing': (socket) => void socket.resume(),
};

/** Servers on loopback, each at a port of its own. */
export class WrongServers implements AsyncDisposable {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async speaking(speech: (socket: Socket) => void): Promise<number> {
    return await this.#listen(createServer(speech));
  }

  /** Has the right certificate, and nothing newer than that. */
  async withOldTls(credentials: { readonly cert: Buffer; readonly key: Buffer }): Promise<number> {
    const server = createTlsServer({ ...credentials, maxVersion: 'TLSv1.2' });
    server.on('tlsClientError', () => undefined);
    return await this.#listen(server);
  }

  /** Where nobody listens. */
  async nobody(): Promise<number> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    return port;
  }

  async #listen(server: Server): Promise<number> {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    this.#servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map(async (server) => await once(server.close(), 'close')));
  }
}
