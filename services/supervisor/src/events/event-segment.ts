import {
  closeSync,
  constants,
  fdatasync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { isWhole, linesOf, readHead, type Head } from './event-codec.ts';

/** A piece of a segment that holds whole events and nothing else, so that a search can pass over it. */
export interface Block {
  readonly file: number;
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The latest time in it; a clock may have been set back. */
  readonly latestAt: number;
}

export interface SegmentReading {
  readonly onEvent: (head: Head) => void;
  readonly onDefect: (error: unknown) => void;
}

/** A block takes no more events once it has so many bytes. */
const BLOCK_FULL = 64 * 1024;

/** One of the two files of the event log: lines, appended and never changed. */
export class EventSegment implements Disposable {
  readonly #file: number;
  #blocks: { -readonly [Key in keyof Block]: Block[Key] }[] = [];
  #bytes = 0;
  /** Number of the newest event in it; 0 when there is none. */
  #lastSeq = 0;

  private constructor(file: number) {
    this.#file = file;
  }

  /** Opens what there is, or begins. What was never completely written is cut off its end. */
  static open(path: string, reading: SegmentReading): EventSegment {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const self = new EventSegment(file);
    try {
      self.#read(path, reading);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return self;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Writes the whole line or nothing. Throws what the disk says. */
  append(line: Buffer, head: Pick<Head, 'seq' | 'at'>): void {
    try {
      const written = writeSync(this.#file, line, 0, line.length, this.#bytes);
      if (written < line.length) throw new Error('the disk took only a part of it');
    } catch (error) {
      this.#cutOff();
      throw error;
    }
    this.#take(head, this.#bytes, line.length);
  }

  /** Throws away everything in it. */
  clear(): void {
    ftruncateSync(this.#file, 0);
    this.#blocks = [];
    [this.#bytes, this.#lastSeq] = [0, 0];
  }

  /** Brings what was written to the disk itself. */
  sync(done: (error: Error | null) => void): void {
    fdatasync(this.#file, done);
  }

  #read(path: string, { onEvent, onDefect }: SegmentReading): void {
    const content = readFileSync(this.#file);
    let offset = 0;
    for (const line of linesOf(content)) {
      const start = offset;
      offset += line.length + 1;
      const head = isWhole(line) ? readHead(line) : null;
      if (head === null || head.seq <= this.#lastSeq) continue;
      if (start > this.#bytes) onDefect(damaged(path, this.#bytes, start));
      this.#take(head, start, line.length + 1);
      onEvent(head);
    }
    if (this.#bytes === content.length) return;
    onDefect(damaged(path, this.#bytes, content.length));
    ftruncateSync(this.#file, this.#bytes);
  }

  #take({ seq, at }: Pick<Head, 'seq' | 'at'>, start: number, length: number): void {
    const end = start + length;
    const last = this.#blocks.at(-1);
    if (last?.end === start && start - last.start < BLOCK_FULL) {
      last.end = end;
      last.events += 1;
      last.lastSeq = seq;
      last.latestAt = Math.max(last.latestAt, at);
    } else {
      const [file, firstSeq, lastSeq] = [this.#file, seq, seq];
      this.#blocks.push({ file, start, end, events: 1, firstSeq, lastSeq, latestAt: at });
    }
    [this.#bytes, this.#lastSeq] = [end, seq];
  }

  /** What may have got through of a line. When even that fails, the next line is written over it. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      // It is cut off when the file is opened again.
    }
  }

  [Symbol.dispose](): void {
    this.#blocks = [];
    closeSync(this.#file);
  }
}

export function readBlock({ file, start, end }: Block): Buffer {
  const bytes = Buffer.allocUnsafe(end - start);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start));
}

function damaged(path: string, start: number, end: number): Error {
  return new Error(`${path}: ${end - start} damaged bytes at ${start} are passed over`);
}
