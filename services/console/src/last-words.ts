/** How far from the end Solo5's own line may stand: what qemu or the tender adds is less. */
const LINES = 16;
/** Of so much at the end nothing is missed. */
const WINDOW_BYTES = 1024;

/**
 * The end of what a life printed, for the line in which Solo5 says how it ended; of a virtio guest nothing
 * else does, because qemu ends with 83 always:
 *
 * ```text
 * Solo5: solo5_exit(N) called
 * Solo5: solo5_abort() called
 * ```
 */
export class LastWords {
  /** None before something was printed: most of many consoles are silent. */
  #memory: Buffer | null = null;
  #length = 0;

  take(bytes: Uint8Array): void {
    this.#memory ??= Buffer.allocUnsafe(2 * WINDOW_BYTES);
    const taken = bytes.subarray(Math.max(0, bytes.length - WINDOW_BYTES));
    if (this.#length + taken.length > this.#memory.length) {
      this.#memory.copyWithin(0, this.#length - WINDOW_BYTES, this.#length);
      this.#length = WINDOW_BYTES;
    }
    this.#memory.set(taken, this.#length);
    this.#length += taken.length;
  }

  /** 0 to 255, as every exit status; null when Solo5 did not say. */
  get status(): number | null {
    return lastStatus(this.#memory?.toString('latin1', 0, this.#length) ?? '');
  }
}

/** What Solo5 says in one of the last lines of a text. */
export function lastStatus(text: string): number | null {
  const lines = text.replace(/\n$/, '').split('\n').slice(-LINES);
  for (const line of lines.toReversed()) {
    const { number, abort } = SAID.exec(line)?.groups ?? {};
    if (abort !== undefined) return ABORTED;
    if (number !== undefined) return Number(number) & 0xff;
  }
  return null;
}

/** A guest's own last line may have had no end, and so stand before it. */
const SAID = /Solo5: solo5_(?:exit\((?<number>-?\d{1,10})\)|(?<abort>abort\(\))) called\r?$/;
const ABORTED = 255;
