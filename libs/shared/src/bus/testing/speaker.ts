import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deferred } from '../deferred.ts';
import type { Proof } from '../keys.ts';

/** What arrived. */
export interface Heard {
  readonly subject: string;
  readonly subscription: string;
  readonly data: string;
}

type Credentials = Proof | { readonly user: string; readonly pass: string };

/**
 * A client of nats-server without a package between, so that thousands of things can be tried at a time:
 *
 * ```text
 * ours:   CONNECT {…} | PING | PUB <subject> [reply] <bytes> CRLF <data> | SUB <subject> [queue] <id>
 * theirs: INFO {…} | PONG | PING | -ERR '…' | MSG <subject> <id> [reply] <bytes> CRLF <data>
 * ```
 */
export class Speaker implements Disposable {
  readonly heard: Heard[] = [];
  /** What the server said to be not allowed. */
  readonly refusals: string[] = [];
  readonly #socket: Socket;
  #rest = '';
  #unsaid: string[] = [];
  readonly #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const resolve of this.#waiting) resolve();
    });
  }

  /** `prove` is given the server's nonce. */
  static async connect(port: number, prove: (nonce?: string) => Credentials): Promise<Speaker> {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    const [info] = (await once(socket, 'data')) as [string];
    const nonce = /"nonce":"([^"]+)"/.exec(info)?.[1];
    const speaker = new Speaker(socket);
    const about = { verbose: false, pedantic: false, lang: 'test', version: '0', protocol: 1 };
    socket.write(`CONNECT ${JSON.stringify({ ...about, ...prove(nonce) })}\r\n`);
    await speaker.flush();
    return speaker;
  }

  publish(subject: string, data: string, reply = ''): void {
    const address = reply === '' ? subject : `${subject} ${reply}`;
    this.#unsaid.push(`PUB ${address} ${data.length}\r\n${data}\r\n`);
  }

  /** What it brings has this id. */
  subscribe(id: string, subject: string, queue = ''): void {
    this.#unsaid.push(`SUB ${subject} ${queue} ${id}\r\n`);
  }

  /** Says it all. Resolves when the server has done it, and all is here that it had to say before. */
  async flush(): Promise<void> {
    if (this.#socket.destroyed) throw this.#loss();
    const { promise, resolve } = deferred();
    this.#waiting.push(resolve);
    this.#socket.write(`${this.#unsaid.join('')}PING\r\n`);
    this.#unsaid = [];
    await promise;
    if (this.#socket.destroyed) throw this.#loss();
  }

  #loss(): Error {
    return new Error(`the server hung up: ${this.refusals.slice(-1).join()}`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#rest += text;
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end === -1) return;
      const line = this.#rest.slice(0, end);
      const message = /^MSG (\S+) (\S+) (?:\S+ )?(\d+)$/.exec(line);
      if (message === null) {
        this.#rest = this.#rest.slice(end + 2);
        this.#say(line);
        continue;
      }
      const [, subject = '', subscription = '', bytes = ''] = message;
      const dataEnd = end + 2 + Number(bytes);
      if (this.#rest.length < dataEnd + 2) return;
      this.heard.push({ subject, subscription, data: this.#rest.slice(end + 2, dataEnd) });
      this.#rest = this.#rest.slice(dataEnd + 2);
    }
  }

  #say(line: string): void {
    if (line === 'PONG') this.#waiting.shift()?.();
    else if (line === 'PING') this.#socket.write('PONG\r\n');
    else if (line.startsWith('-ERR')) this.refusals.push(line);
  }
}
