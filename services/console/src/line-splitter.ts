import { LINE_BYTES_MAX } from '@albatross/shared/contracts/console';

export interface Line {
  readonly bytes: Uint8Array;
  /** The line went on beyond `LINE_BYTES_MAX`; the rest is lost. */
  readonly truncated: boolean;
}

export interface Split {
  readonly lines: readonly Line[];
  /** What of the input must be split again to get the same lines: all of it but the rest of overlong lines. */
  readonly kept: readonly Uint8Array[];
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Bytes → lines, bounded. A line ends with LF; a CR before it is not part of the line; the empty line is
 * one. The bytes need not be UTF-8. A line is cut as soon as it has one byte more than `LINE_BYTES_MAX`,
 * and the rest of it, however long, is passed over.
 */
export class LineSplitter {
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #isSkipping = false;

  split(input: Uint8Array): Split {
    const lines: Line[] = [];
    const kept: Uint8Array[] = [];
    let at = 0;
    while (at < input.length) {
      const lf = input.indexOf(LF, at);
      const end = lf === -1 ? input.length : lf;
      const room = this.#isSkipping ? 0 : LINE_BYTES_MAX + 1 - this.#tailBytes;
      const taken = input.subarray(at, Math.min(end, at + room));
      if (taken.length > 0) this.#take(taken, lines);
      kept.push(taken, input.subarray(end, end + 1));
      if (lf !== -1) this.#endLine(lines);
      at = end + 1;
    }
    return { lines, kept: joinAdjacent(kept) };
  }

  /** Ends the line under way, as at the end of a life; null when there is none. */
  flush(): Line | null {
    const line = this.#isSkipping || this.#tailBytes === 0 ? null : this.#cut(false);
    this.#reset();
    return line;
  }

  /** What `resume` needs to go on here: the line under way, cut or not. */
  get state(): { readonly tail: Uint8Array; readonly isSkipping: boolean } {
    return { tail: Buffer.concat(this.#tail), isSkipping: this.#isSkipping };
  }

  resume(state: { readonly tail: Uint8Array; readonly isSkipping: boolean }): void {
    this.#tail = state.tail.length === 0 ? [] : [state.tail];
    this.#tailBytes = state.tail.length;
    this.#isSkipping = state.isSkipping;
  }

  #take(bytes: Uint8Array, lines: Line[]): void {
    // A copy: the input's memory is used again for the next read.
    this.#tail.push(Uint8Array.from(bytes));
    this.#tailBytes += bytes.length;
    if (this.#tailBytes <= LINE_BYTES_MAX) return;
    lines.push(this.#cut(true));
    this.#reset();
    this.#isSkipping = true;
  }

  #endLine(lines: Line[]): void {
    if (!this.#isSkipping) lines.push(this.#cut(false));
    this.#reset();
  }

  #cut(truncated: boolean): Line {
    const whole = Buffer.concat(this.#tail);
    const isCr = whole.at(-1) === CR;
    return {
      bytes: whole.subarray(0, Math.min(LINE_BYTES_MAX, whole.length - (isCr ? 1 : 0))),
      truncated,
    };
  }

  #reset(): void {
    this.#tail = [];
    this.#tailBytes = 0;
    this.#isSkipping = false;
  }
}

/** Neighbours in the same memory become one piece: almost always the whole input. */
function joinAdjacent(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.length === 0) continue;
    if (last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset) {
      joined[joined.length - 1] = new Uint8Array(
        last.buffer,
        last.byteOffset,
        last.length + piece.length,
      );
    } else {
      joined.push(piece);
    }
  }
  return joined;
}
