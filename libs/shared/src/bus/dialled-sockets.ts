import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Told by Node of every connection that is begun. */
const BEGUN = 'net.client.socket';

/**
 * Those that are begun to a server from now on. The library gives up one on which nothing comes, and leaves it
 * open: it would keep the process, which has nothing more to do.
 */
export class DialledSockets implements Disposable {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  constructor(url: string) {
    this.#port = URL.canParse(url) ? Number(new URL(url).port) : 0;
    subscribe(BEGUN, this.#note);
  }

  readonly #note = (message: unknown): void => {
    const { socket } = message as { readonly socket?: unknown };
    if (socket instanceof Socket) this.#sockets.add(socket);
  };

  /** Of a bus: whoever is told nothing by it says nothing to it. */
  destroySilent(): void {
    for (const socket of this.#sockets)
      if (socket.remotePort === this.#port && socket.bytesWritten === 0) socket.destroy();
    this.#sockets.clear();
  }

  [Symbol.dispose](): void {
    unsubscribe(BEGUN, this.#note);
  }
}
