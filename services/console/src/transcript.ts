import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { LineSplitter, type Line } from './line-splitter.ts';

/**
 * What is written down of a console, in order. Entries (numbered lines and markers) are not written: they
 * follow from the notes, so that a line under way when we are killed is neither lost nor taken for two.
 */
export type Note =
  /** Where the numbers stand and what line is under way; the first note of a file, and after a hole in one. */
  | ({ readonly kind: 'start' } & Standing)
  | { readonly kind: 'data'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'boot'; readonly at: number; readonly life: number }
  | { readonly kind: 'exit'; readonly at: number; readonly life: number; readonly why: string }
  | { readonly kind: 'gap'; readonly at: number; readonly why: string }
  /** `isMidLine`: the last of them goes on, and what follows up to its end is not kept either. */
  | {
      readonly kind: 'dropped';
      readonly at: number;
      readonly lines: number;
      readonly isMidLine: boolean;
    }
  /** We stopped reading, and nothing was under way. */
  | { readonly kind: 'rest' };

export interface Standing {
  readonly nextSeq: number;
  /** The newest life that was begun; 0 before the first. */
  readonly life: number;
  /** Whether the end of that life was seen. */
  readonly isOver: boolean;
  /** Whether reading had come to rest, so that nothing can have been lost since. */
  readonly isAtRest: boolean;
  /** Whether the line under way is only passed over. */
  readonly isSkipping: boolean;
  /** The line under way. */
  readonly tail: Uint8Array;
}

/** Makes entries of notes; the same notes always make the same entries. */
export class Transcript {
  readonly #splitter = new LineSplitter();
  #nextSeq = 1;
  #life = 0;
  #isOver = true;
  #isAtRest = true;

  get standing(): Standing {
    return {
      nextSeq: this.#nextSeq,
      life: this.#life,
      isOver: this.#isOver,
      isAtRest: this.#isAtRest,
      ...this.#splitter.state,
    };
  }

  /** As in `standing`, which is dear to ask for with every read. */
  get isAtRest(): boolean {
    return this.#isAtRest;
  }

  /** Takes a note; returns its entries, and of data what is worth keeping. */
  take(note: Note): {
    readonly entries: readonly ConsoleEntry[];
    readonly kept: readonly Uint8Array[];
  } {
    this.#isAtRest = note.kind === 'rest';
    switch (note.kind) {
      case 'start':
        this.#nextSeq = note.nextSeq;
        this.#life = note.life;
        this.#isOver = note.isOver;
        this.#isAtRest = note.isAtRest;
        this.#splitter.resume(note);
        return { entries: [], kept: [] };
      case 'data': {
        const { lines, kept } = this.#splitter.split(note.bytes);
        return { entries: lines.map((line) => this.#lineEntry(note.at, line)), kept };
      }
      case 'rest':
        return { entries: [], kept: [] };
      case 'boot':
      case 'exit':
      case 'gap':
      case 'dropped':
        return { entries: this.#marker(note), kept: [] };
    }
  }

  /** A line under way is ended by a marker: what comes behind it is not its rest. */
  #marker(note: Marker): readonly ConsoleEntry[] {
    const { at } = note;
    const line = this.#splitter.flush();
    const before = line === null ? [] : [this.#lineEntry(at, line)];
    if (note.kind === 'boot') [this.#life, this.#isOver] = [note.life, false];
    if (note.kind === 'exit') this.#isOver = true;
    if (note.kind === 'dropped' && note.isMidLine) this.#splitter.skip();
    return [...before, { seq: this.#number(), at, entry: entryOf(note) }];
  }

  #lineEntry(at: number, { bytes, truncated }: Line): ConsoleEntry {
    return { seq: this.#number(), at, entry: { kind: 'line', bytes, truncated } };
  }

  #number(): number {
    this.#nextSeq += 1;
    return this.#nextSeq - 1;
  }
}

type Marker = Extract<Note, { kind: 'boot' | 'exit' | 'gap' | 'dropped' }>;

function entryOf(note: Marker): ConsoleEntry['entry'] {
  switch (note.kind) {
    case 'boot':
      return { kind: 'boot', life: note.life };
    case 'exit':
      return { kind: 'exit', life: note.life, why: note.why };
    case 'gap':
      return { kind: 'gap', why: note.why };
    case 'dropped':
      return { kind: 'dropped', lines: note.lines };
  }
}
