import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Answers a request, by its subject, with the bytes of a reply. */
type Answer = (subject: string) => Uint8Array;

/**
 * Says what nats-server would say to a client that only asks, for where there is none: whoever installs the
 * client. Of the protocol it knows what such a client sends:
 *
 * ```abnf
 * CONNECT json CRLF / PING CRLF
 * SUB subject sid CRLF / UNSUB sid [max] CRLF
 * PUB subject reply size CRLF payload CRLF
 * ```
 */
export class StandInBus implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: Answer): Promise<StandInBus> {
    const server = createServer((socket) => converse(socket, answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInBus(server);
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('nobody listens');
    return `nats://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((closed) => this.#server.close(closed));
  }
}

const INFO = {
  server_id: 'rehearsal',
  version: '2.9.10',
  proto: 1,
  headers: true,
  auth_required: true,
  nonce: 'rehearsal',
  max_payload: 1_048_576,
};

function converse(socket: Socket, answer: Answer): void {
  let received = Buffer.alloc(0);
  let sid = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
      const [operation, ...words] = received.toString('utf8', 0, end).split(' ');
      const rest = end + 2;
      const payloadBytes = operation === 'PUB' ? Number(words.at(-1)) + 2 : 0;
      if (received.length < rest + payloadBytes) return;
      received = received.subarray(rest + payloadBytes);
      if (operation === 'PING') socket.write('PONG\r\n');
      else if (operation === 'SUB') sid = words.at(-1) ?? '';
      else if (operation === 'PUB') {
        const [subject = '', reply = ''] = words;
        const payload = answer(subject);
        socket.write(`MSG ${reply} ${sid} ${payload.length}\r\n`);
        socket.write(Buffer.concat([payload, Buffer.from('\r\n')]));
      }
    }
  });
  socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
}
