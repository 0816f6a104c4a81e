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
const NOTHING = Buffer.alloc(0);

/**
 * Bytes → lines, bounded. A line ends with LF; a CR before it is not part of the line; the empty line is
 * one. The bytes need not be UTF-8. A line is cut as soon as it has one byte more than `LINE_BYTES_MAX`,
 * and the rest of it, however long, is passed over.
 */
export class LineSplitter {
  /** The line under way; of an overlong one there is none. */
  #tail: Buffer = NOTHING;
  #isSkipping = false;

  split(input: Uint8Array): Split {
    // One copy for all lines: the input's memory is used again for the next read.
    const copy = Buffer.from(input);
    const lines: Line[] = [];
    const kept: Uint8Array[] = [];
    let keptFrom = 0;
    for (let at = 0; at < copy.length;) {
      const lf = copy.indexOf(LF, at);
      if (lf !== -1 && lf - at <= LINE_BYTES_MAX && this.#isBetweenLines) {
        lines.push(wholeLine(copy, at, lf));
        at = lf + 1;
        continue;
      }
      const end = lf === -1 ? copy.length : lf;
      const room = this.#isSkipping ? 0 : LINE_BYTES_MAX + 1 - this.#tail.length;
      const taken = copy.subarray(at, Math.min(end, at + room));
      if (at + taken.length < end) {
        if (keptFrom < at + taken.length) kept.push(copy.subarray(keptFrom, at + taken.length));
        keptFrom = end;
      }
      this.#take(taken, lf !== -1, lines);
      at = end + 1;
    }
    if (keptFrom < copy.length) kept.push(copy.subarray(keptFrom));
    return { lines, kept };
  }

  /** Ends the line under way, as at the end of a life; null when there is none. */
  flush(): Line | null {
    const line = this.#tail.length === 0 ? null : lineOf(this.#tail);
    this.resume({ tail: NOTHING, isSkipping: false });
    return line;
  }

  /** What comes up to the next end of a line is the rest of one that is not kept. */
  skip(): void {
    this.resume({ tail: NOTHING, isSkipping: true });
  }

  /** What `resume` needs to go on here. */
  get state(): { readonly tail: Uint8Array; readonly isSkipping: boolean } {
    return { tail: this.#tail, isSkipping: this.#isSkipping };
  }

  resume(state: { readonly tail: Uint8Array; readonly isSkipping: boolean }): void {
    this.#tail = Buffer.from(state.tail);
    this.#isSkipping = state.isSkipping;
  }

  get #isBetweenLines(): boolean {
    return this.#tail.length === 0 && !this.#isSkipping;
  }

  /** Takes the next bytes of a line, and its end where `isEnd`. */
  #take(bytes: Buffer, isEnd: boolean, lines: Line[]): void {
    const line = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    const isOverlong = line.length > LINE_BYTES_MAX;
    if (!this.#isSkipping && (isEnd || isOverlong)) lines.push(lineOf(line));
    this.#isSkipping = !isEnd && (this.#isSkipping || isOverlong);
    // A copy of its own: a few bytes must not keep a whole read in memory.
    this.#tail = isEnd || this.#isSkipping ? NOTHING : Buffer.from(line);
  }
}

/** Nearly every line is: so this does without what is dear, as `subarray` is. */
function wholeLine(copy: Buffer, from: number, lf: number): Line {
  const end = lf > from && copy[lf - 1] === CR ? lf - 1 : lf;
  return {
    bytes: new Uint8Array(copy.buffer, copy.byteOffset + from, end - from),
    truncated: false,
  };
}

function lineOf(whole: Buffer): Line {
  const isCr = whole.at(-1) === CR;
  return {
    bytes: whole.subarray(0, Math.min(LINE_BYTES_MAX, whole.length - (isCr ? 1 : 0))),
    truncated: whole.length > LINE_BYTES_MAX,
  };
}
