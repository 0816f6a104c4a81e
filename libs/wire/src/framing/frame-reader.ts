import { WireError } from '../wire-error.ts';
import { PREFIX_LENGTH, type Frame } from './frame.ts';

interface FrameLimits {
  /** Of the content. The original sets none. */
  readonly frameBytesMax: number;
}

/**
 * The frames of a stream, as they come. Throws `WireError` for one beyond the limit, and when the stream
 * ends within one. To stop before the end closes the source: who goes on with a socket gives
 * `socket.iterator({ destroyOnReturn: false })`.
 */
export async function* readFrames(
  source: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): AsyncGenerator<Frame, void, undefined> {
  const reader = new FrameReader(limits);
  for await (const bytes of source) yield* reader.push(bytes);
  reader.finish();
}

/**
 * Takes a stream in whatever pieces it comes and gives the frames that are complete. What it holds grows
 * with what has come of one frame, to twice that and never beyond the limit: a length alone, however
 * great, takes nothing.
 */
export class FrameReader {
  readonly #limits: FrameLimits;
  readonly #prefix = new Uint8Array(PREFIX_LENGTH);
  /** Where in the stream the frame begins that is being read. */
  #offset = 0;
  /** Of that frame, its length included. */
  #read = 0;
  /** Of its content, once its length is read. */
  #length = 0;
  /** Room for content that comes in more than one piece. */
  #held: Uint8Array = EMPTY;
  #refusal: WireError | null = null;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** How much memory is taken. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /**
   * The frames that end with these bytes. They are views of the bytes, or, where a frame came in more than
   * one piece, of memory of their own. A frame beyond the limit throws `WireError`, then and always; the
   * ones before it in the same bytes are given first.
   */
  push(bytes: Uint8Array): readonly Frame[] {
    if (this.#refusal !== null) throw this.#refusal;
    const frames: Frame[] = [];
    let at = 0;
    while (at < bytes.length) {
      at += this.#takePrefix(bytes.subarray(at));
      if (this.#read < PREFIX_LENGTH || this.#refusal !== null) break;
      const content = this.#takeContent(bytes.subarray(at));
      at += content.taken;
      if (content.bytes === null) break;
      frames.push(this.#next(content.bytes));
    }
    if (this.#refusal !== null && frames.length === 0) throw this.#refusal;
    return frames;
  }

  /** The stream has ended. Throws `WireError` when it did so within a frame. */
  finish(): void {
    if (this.#refusal !== null) throw this.#refusal;
    if (this.#read === 0) return;
    const [whole, what] =
      this.#read < PREFIX_LENGTH
        ? [PREFIX_LENGTH, 'length']
        : [PREFIX_LENGTH + this.#length, 'frame'];
    const expected = `${whole - this.#read} more bytes of a ${what}`;
    throw new WireError({ offset: this.#offset + this.#read, expected, found: 'the end' });
  }

  /** How many bytes belong to the length. */
  #takePrefix(bytes: Uint8Array): number {
    if (this.#read >= PREFIX_LENGTH) return 0;
    const part = bytes.subarray(0, PREFIX_LENGTH - this.#read);
    this.#prefix.set(part, this.#read);
    this.#read += part.length;
    if (this.#read === PREFIX_LENGTH) this.#beginContent();
    return part.length;
  }

  #beginContent(): void {
    // A length below 0 is one of 2 GiB and more here.
    this.#length = new DataView(this.#prefix.buffer).getUint32(0);
    const { frameBytesMax } = this.#limits;
    if (this.#length <= frameBytesMax) return;
    const expected = `a frame of at most ${frameBytesMax} bytes`;
    const found = `one of ${this.#length}`;
    this.#refusal = new WireError({ offset: this.#offset, expected, found });
  }

  /** How many bytes belong to the content; and all of it, once it is complete. */
  #takeContent(rest: Uint8Array): { taken: number; bytes: Uint8Array | null } {
    const before = this.#read - PREFIX_LENGTH;
    const part = rest.subarray(0, this.#length - before);
    this.#read += part.length;
    const isComplete = before + part.length === this.#length;
    if (isComplete && before === 0) return { taken: part.length, bytes: part };
    this.#hold(part, before);
    return { taken: part.length, bytes: isComplete ? this.#held : null };
  }

  #hold(part: Uint8Array, before: number): void {
    const needed = before + part.length;
    if (needed > this.#held.length) {
      const room = Math.min(this.#length, Math.max(needed, 2 * this.#held.length));
      const grown = new Uint8Array(room);
      grown.set(this.#held.subarray(0, before));
      this.#held = grown;
    }
    this.#held.set(part, before);
  }

  /** Ends the frame, and makes ready for the next. */
  #next(bytes: Uint8Array): Frame {
    const offset = this.#offset;
    this.#offset += this.#read;
    this.#read = 0;
    this.#held = EMPTY;
    return bytes.length === 0 ? { kind: 'end', offset } : { kind: 'content', offset, bytes };
  }
}

const EMPTY = new Uint8Array(0);
