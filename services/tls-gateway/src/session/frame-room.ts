/**
 * How much all connections of a door together may hold of frames, beyond the little that each may have
 * anyway: one frame may be large, as many as there are connections may not. One connection at a time may go
 * beyond: of several that fill the room together, each with a part of its frame, one gets on.
 */
export class FrameRoom {
  readonly #bytesMax: number;
  #bytes = 0;
  #beyond: FrameShare | null = null;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** For one connection, until it is disposed of. */
  share(): FrameShare {
    let own = 0;
    const share: FrameShare = {
      grow: (bytes) => {
        const more = Math.max(0, bytes - own);
        if (this.#bytes + more > this.#bytesMax && more > 0) {
          this.#beyond ??= share;
          if (this.#beyond !== share) return false;
        }
        this.#bytes += more;
        own += more;
        return true;
      },
      [Symbol.dispose]: () => {
        this.#bytes -= own;
        own = 0;
        if (this.#beyond === share) this.#beyond = null;
      },
    };
    return share;
  }
}

export interface FrameShare extends Disposable {
  /** False when there is no room for that many bytes. Never becomes less: a message is views of its frame. */
  readonly grow: (bytes: number) => boolean;
}
