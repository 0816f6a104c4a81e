import { HandshakeError } from './handshake.ts';
import { plainRefusal } from './refusal-reasons.ts';

/** Ends what takes a client too long until it has shown who it is, waiting for its turn included. */
export class HandshakeDeadline implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #turnAt = Infinity;

  /** `end` is aborted, with a `HandshakeError`, when it is too late. */
  constructor(end: AbortController, deadlineMs: number) {
    this.#timer = setTimeout(() => {
      // Who had to wait for most of the time was not the one who was slow.
      const isSlow = this.#turnAt - this.#startedAt < deadlineMs / 2;
      const reason = isSlow ? 'handshake-deadline' : 'too-many-handshakes';
      end.abort(new HandshakeError(plainRefusal(reason)));
    }, deadlineMs);
  }

  /** From now on it is up to the client. */
  hasTurn(): void {
    this.#turnAt = performance.now();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
