import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Whoever takes lines from TCP connections, as telegraf does: what ends in LF is a line. */
export class LineListener implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** `reads`: false for one that accepts connections and then takes nothing. */
  static async start({ port = 0, reads = true } = {}): Promise<LineListener> {
    const server = createServer({ pauseOnConnect: !reads });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const self = new LineListener(server);
    server.on('connection', (socket) => self.#take(socket));
    return self;
  }

  /** Ends all connections, and takes no more of them. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await once(this.#server.close(), 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (text: string) => {
      const [last, ...whole] = `${rest}${text}`.split('\n').toReversed();
      rest = last ?? '';
      this.lines.push(...whole.toReversed());
    });
  }
}
