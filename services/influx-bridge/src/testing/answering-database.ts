import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body?: string;
}

export interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly lines: readonly string[];
}

/** An HTTP server that answers as a test wants a database to. Null: not at all. */
export class AnsweringDatabase implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(
    answer: (lines: readonly string[], count: number) => Answer | null,
  ): Promise<AnsweringDatabase> {
    const server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        const lines = text.split('\n');
        const { url = '', headers } = request;
        self.asked.push({ url, authorization: headers.authorization, lines });
        const answered = answer(lines, self.asked.length);
        if (answered === null) return;
        const type = (answered.body ?? '').startsWith('{') ? 'application/json' : 'text/plain';
        response.writeHead(answered.status, { 'content-type': type }).end(answered.body);
      });
    });
    const self = new AnsweringDatabase(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server.close(), 'close');
  }
}
