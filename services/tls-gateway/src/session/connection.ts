import { readFrames, type Frame, type WireHeader } from '@albatross/wire';
import type { Duplex } from 'node:stream';
import type { Client } from './client.ts';
import type { FrameRoom } from './frame-room.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';

export interface ConnectionOptions {
  /** Of the content of one frame. */
  readonly frameBytesMax: number;
  /** How long a frame that somebody waits for may take, counted anew with every 64 KiB of it. */
  readonly silenceMsMax: number;
  /** How long the other side may take nothing of what is written. */
  readonly writeMsMax: number;
  /** Shared by all connections of a door whose frames may be large. */
  readonly room?: FrameRoom;
}

/** How long a client is listened to that does not end its side though we ended ours. */
const LINGER_MS = 2_000;
const PREFIX_BYTES = 4;

/**
 * One client's socket, a `net.Socket` or a `tls.TLSSocket` behind its handshake, which it owns from here on.
 * It reads from the first moment on and ends no side because the other one was ended. What it holds is
 * bounded: a frame while somebody waits for one, and else about 128 KiB.
 */
export class Connection implements Disposable {
  /**
   * Throws `WireError` for a frame beyond the limit and for the end within one, a `Failure` when nothing
   * comes for too long or there is no room, and the reason of `gone`. It is over then.
   */
  readonly frames: AsyncIterator<Frame, void, undefined>;
  readonly #socket: Duplex;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  readonly #gone = new AbortController();
  /** Of the client that was made last. */
  #silence = new AbortController();
  /** Where in the stream the frames end that were handed out. */
  #handedOut = 0;
  #ending: Promise<void> | null = null;

  constructor(socket: Duplex, options: ConnectionOptions) {
    this.#socket = socket;
    socket.allowHalfOpen = true;
    const share = options.room?.share() ?? null;
    socket.on('error', (error) => this.#lose(error));
    socket.once('close', () => {
      share?.[Symbol.dispose]();
      this.#loseAs('the connection was closed');
    });
    this.#incoming = new Incoming(socket, {
      silenceMsMax: options.silenceMsMax,
      share,
      onWord: () => this.#word(),
    });
    this.#outgoing = new Outgoing(socket, {
      writeMsMax: options.writeMsMax,
      gone: this.gone,
      onStuck: (why) => this.#lose(why),
    });
    this.frames = this.#read(readFrames(this.#incoming, options));
    if (socket.destroyed) this.#loseAs('the connection was closed');
  }

  /** Aborted, with the reason, as soon as it is known that nobody can be answered any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Who says what comes next, and is answered with this header. */
  client(header: WireHeader): Client {
    if (this.#silence.signal.aborted && this.#isSilent) this.#silence = new AbortController();
    return {
      header,
      frames: this.frames,
      write: async (bytes) => await this.#outgoing.write(bytes),
      gone: this.gone,
      silent: this.#silence.signal,
    };
  }

  /**
   * Ends our side when everything written was taken, waits a moment for the other to end its own, throwing
   * away what it says, and closes the socket. Never rejects.
   */
  async end(): Promise<void> {
    this.#ending ??= this.#end();
    await this.#ending;
  }

  [Symbol.dispose](): void {
    this.#loseAs('the connection was closed here');
  }

  /** Nothing has come but what was handed out. */
  get #isSilent(): boolean {
    return (
      !this.gone.aborted &&
      !this.#incoming.hasEnded &&
      this.#incoming.arrivedBytes === this.#handedOut
    );
  }

  #read(frames: AsyncIterator<Frame, void, undefined>): AsyncIterator<Frame, void, undefined> {
    return {
      next: async () => {
        this.#incoming.expectFrame(this.#handedOut);
        const next = await frames.next();
        if (next.done !== true) this.#handedOut = endOf(next.value);
        return next;
      },
    };
  }

  async #end(): Promise<void> {
    this.#incoming.discard();
    let late: NodeJS.Timeout | undefined;
    try {
      await this.#outgoing.end();
      // Not `AbortSignal.timeout` in an `any`: nothing holds it there, and once collected it never ends.
      late = setTimeout(() => this.#loseAs('the connection was ended'), LINGER_MS);
      await this.#goneBy();
    } catch {
      // It is closed in any case, and who was not told enough has gone.
    } finally {
      clearTimeout(late);
      this.#loseAs('the connection was ended');
    }
  }

  /** Its end makes it gone, too. */
  async #goneBy(): Promise<void> {
    if (this.gone.aborted) return;
    await new Promise<void>((resolve) => {
      this.gone.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** When it is ending, or a word was said already, nobody waits for one. */
  #word(): void {
    if (this.#ending !== null || this.#silence.signal.aborted) return;
    this.#silence.abort(new Error('the client ended, or said something more'));
  }

  /** An error costs as much as the frames below it: none where nobody sees it. */
  #loseAs(why: string): void {
    if (!this.gone.aborted) this.#lose(new Error(why));
  }

  #lose(reason: Error): void {
    this.#gone.abort(reason);
    this.#silence.abort(reason);
    this.#incoming.fail(this.gone.reason);
    this.#socket.destroy();
  }
}

function endOf(frame: Frame): number {
  return frame.offset + PREFIX_BYTES + (frame.kind === 'content' ? frame.bytes.length : 0);
}
