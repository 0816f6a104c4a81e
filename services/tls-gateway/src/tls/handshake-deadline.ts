import { HandshakeError } from './handshake.ts';
import { plainRefusal } from './refusal-reasons.ts';

/** Ends what takes a client too long until it has shown who it is, waiting for its turn included. */
export class HandshakeDeadline implements Disposable {
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #turnAt = Infinity;

  constructor(deadlineMs: number) {
    this.#timer = setTimeout(() => {
      // Who had to wait for most of the time was not the one who was slow.
      const isSlow = this.#turnAt - this.#startedAt < deadlineMs / 2;
      const reason = isSlow ? 'handshake-deadline' : 'too-many-handshakes';
      this.#end.abort(new HandshakeError(plainRefusal(reason)));
    }, deadlineMs);
  }

  /** Aborted, with a `HandshakeError`, when it is too late. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** From now on it is up to the client. */
  hasTurn(): void {
    this.#turnAt = performance.now();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
