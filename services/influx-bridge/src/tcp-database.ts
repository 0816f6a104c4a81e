import { connect, type Socket } from 'node:net';
import { DATABASE_DEADLINE_MS, reasonOf, type Database, type Outcome } from './database.ts';

export interface TcpDatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly deadlineMs?: number;
}

/**
 * Whoever reads lines from a connection, as telegraf's socket_listener. It never says what it took: lines
 * count as written once the kernel has them all and the connection is still there a moment later. What
 * kernels and listener hold when the listener dies is lost.
 */
export class TcpDatabase implements Database {
  readonly #options: Required<TcpDatabaseOptions>;
  #socket: Socket | null = null;
  #isConnected = false;
  #isOver = false;

  constructor(options: TcpDatabaseOptions) {
    this.#options = { deadlineMs: DATABASE_DEADLINE_MS, ...options };
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async write(lines: readonly string[]): Promise<Outcome> {
    if (this.#isOver) return { kind: 'failed', why: 'it is being closed' };
    const socket = this.#socket ?? this.#connect();
    try {
      await send(socket, `${lines.join('\n')}\n`, this.#options.deadlineMs);
      this.#isConnected = this.#socket === socket;
      return { kind: 'written' };
    } catch (error) {
      // Half a line may be there: a new connection begins a new one.
      this.#forget(socket);
      return { kind: 'failed', why: reasonOf(error) };
    }
  }

  /** What is under way fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    if (this.#socket !== null) this.#forget(this.#socket);
  }

  #connect(): Socket {
    const { host, port } = this.#options;
    const socket = connect({ host, port, keepAlive: true });
    this.#socket = socket;
    // Whoever writes is told by `close`; when nobody does, the next one connects anew.
    socket.on('error', () => undefined);
    for (const end of ['end', 'close'] as const) socket.once(end, () => this.#forget(socket));
    // Only who reads learns that the other side is gone.
    socket.resume();
    return socket;
  }

  #forget(socket: Socket): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#isConnected = false;
  }
}

/** In which a listener that had closed before, and is near, lets the kernel say so. */
const SETTLE_MS = 20;

/** Resolves when the kernel took everything and nothing speaks against its arrival. */
async function send(socket: Socket, text: string, deadlineMs: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let settled: NodeJS.Timeout | undefined;
    const over = (): void => {
      clearTimeout(late);
      clearTimeout(settled);
      socket.off('error', fail).off('close', closed);
    };
    const fail = (error: Error): void => {
      over();
      reject(error);
    };
    const closed = (): void => fail(new Error('the connection was closed'));
    const late = setTimeout(() => fail(new Error(`not taken within ${deadlineMs} ms`)), deadlineMs);
    socket.once('error', fail).once('close', closed);
    socket.write(text, (error) => {
      if (error !== undefined && error !== null) return fail(error);
      settled = setTimeout(() => {
        over();
        resolve();
      }, SETTLE_MS);
    });
  });
}
