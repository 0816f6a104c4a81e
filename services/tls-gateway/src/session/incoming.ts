import { Failure } from '@albatross/shared/contracts/failures';
import type { Duplex } from 'node:stream';
import type { FrameShare } from './frame-room.ts';

export interface IncomingOptions {
  /** How long whoever waits for a frame does so, counted anew with each `PROGRESS_BYTES` of it. */
  readonly silenceMsMax: number;
  readonly share: FrameShare | null;
  /** Told of every arrival, and of the end. */
  readonly onWord: () => void;
}

/** What waits to be read before no more is taken from the socket. */
const WAITING_BYTES_MAX = 65_536;
/** Handed on at once: its frames become as many objects, and the smallest has four bytes. */
const PIECE_BYTES = 16_384;
/** A sender that needs the whole deadline for less than this is too slow. */
const PROGRESS_BYTES = 65_536;

/**
 * The bytes of a socket, which is listened to from the first moment on, whether or not somebody reads: so
 * the other side's end is noticed while a command is carried out. What nobody reads stays in the kernel,
 * but for `WAITING_BYTES_MAX` and what the kernel hands over at once.
 */
export class Incoming implements AsyncIterable<Uint8Array> {
  readonly #socket: Duplex;
  readonly #options: IncomingOptions;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #arrivedBytes = 0;
  #readBytes = 0;
  #state: { readonly kind: 'open' | 'ended' | 'discarding' } | { kind: 'failed'; reason: unknown };
  /** Wakes who waits. */
  #wake: (() => void) | null = null;
  /** Since when it waits for a frame, and how much was read of it by then. */
  #patience = { sinceMs: 0, atBytes: 0 };
  /** Where in the stream the frame begins that is waited for. */
  #frameAt = 0;

  constructor(socket: Duplex, options: IncomingOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#state = { kind: 'open' };
    socket.on('data', (bytes: Uint8Array) => this.#take(bytes));
    socket.on('end', () => this.#end());
  }

  get hasEnded(): boolean {
    return this.#state.kind !== 'open';
  }

  /** In all, read or not. */
  get arrivedBytes(): number {
    return this.#arrivedBytes;
  }

  /** Somebody begins to wait for the frame that begins at this byte. */
  expectFrame(at: number): void {
    this.#frameAt = at;
    this.#patience = { sinceMs: performance.now(), atBytes: this.#readBytes };
  }

  /** Whoever reads gets this; nothing is kept any more. */
  fail(reason: unknown): void {
    if (this.#state.kind === 'failed') return;
    this.#state = { kind: 'failed', reason };
    this.#forget();
  }

  /** Whatever else comes is thrown away: to close a socket over unread bytes takes back what was written. */
  discard(): void {
    if (this.#state.kind === 'failed') return;
    this.#state = { kind: 'discarding' };
    this.#forget();
    this.#socket.resume();
  }

  /** Throws a `Failure` when nothing comes for too long, or all connections together hold too much. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      this.#throwIfFailed();
      const piece = this.#nextPiece() ?? NO_BYTES;
      this.#claimRoom();
      // Also when there is nothing: the length beyond the limit that came right behind a frame is refused now.
      yield piece;
      this.#throwIfFailed();
      if (piece.length > 0 || this.#waiting.length > 0) continue;
      if (this.hasEnded) return;
      await this.#more();
    }
  }

  #take(buffer: Uint8Array): void {
    // What is read from it is told apart from no other bytes.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#arrivedBytes += bytes.length;
    this.#options.onWord();
    if (this.#state.kind !== 'open') return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= WAITING_BYTES_MAX) this.#socket.pause();
    this.#wake?.();
  }

  #end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' };
    this.#options.onWord();
    this.#wake?.();
  }

  #forget(): void {
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#wake?.();
  }

  #throwIfFailed(): void {
    if (this.#state.kind === 'failed') throw this.#state.reason;
  }

  #nextPiece(): Uint8Array | null {
    const first = this.#waiting[0];
    if (first === undefined) return null;
    const piece = first.subarray(0, PIECE_BYTES);
    if (piece.length === first.length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(PIECE_BYTES);
    this.#waitingBytes -= piece.length;
    this.#readBytes += piece.length;
    if (this.#waitingBytes < WAITING_BYTES_MAX) this.#socket.resume();
    return piece;
  }

  #claimRoom(): void {
    const bytes = this.#readBytes - this.#frameAt;
    if (bytes <= PROGRESS_BYTES || this.#options.share === null) return;
    if (this.#options.share.grow(bytes)) return;
    throw new Failure('BUSY', 'too much is being sent at once by all clients; try again later');
  }

  async #more(): Promise<void> {
    if (this.#readBytes - this.#patience.atBytes >= PROGRESS_BYTES)
      this.#patience = { sinceMs: performance.now(), atBytes: this.#readBytes };
    const leftMs = this.#patience.sinceMs + this.#options.silenceMsMax - performance.now();
    const isLate = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(true), Math.max(0, leftMs));
      this.#wake = () => {
        clearTimeout(late);
        resolve(false);
      };
    });
    this.#wake = null;
    if (isLate) throw tooSilent(this.#options.silenceMsMax, this.#readBytes - this.#frameAt);
  }
}

const NO_BYTES = new Uint8Array(0);

function tooSilent(silenceMsMax: number, bytes: number): Failure {
  const within = `within ${silenceMsMax / 1000} seconds`;
  const what = bytes === 0 ? 'nothing more came' : `no more than ${bytes} bytes of a frame came`;
  return new Failure('REQUEST_INVALID', `${what} ${within}, and more has to come`);
}
