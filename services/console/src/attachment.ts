import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { describeExit, type Exit } from '@albatross/shared/domain/exit';
import type { Life } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { FifoReader } from './fifo-reader.ts';
import type { FloodLimit, FloodStep } from './flood-limit.ts';
import type { History } from './history.ts';
import { LastWords, lastStatus } from './last-words.ts';
import { openFifo } from './open-fifo.ts';
import type { Note } from './transcript.ts';

interface AttachmentOptions {
  readonly life: Life;
  readonly folder: string;
}

interface Dependencies {
  readonly history: History;
  /** Of this name, over all its lives. */
  readonly limit: FloodLimit;
  readonly onRead: (byteCount: number) => void;
  /** Something was written down, and made these entries; often none, when a line is not at its end. */
  readonly onEntries: (entries: readonly ConsoleEntry[]) => void;
  /** Nobody can write into the fifo any more. */
  readonly onEnd: () => void;
  readonly log: Logger;
}

/** Lines that were thrown away are told at the latest after so long. */
export const DROPPED_TOLD_MS = 1_000;

/** Reads one life: fifo → limit → history → feed. */
export class Attachment {
  readonly life: Life;
  readonly #folder: string;
  readonly #dependencies: Dependencies;
  readonly #reader: FifoReader;
  readonly #lastWords = new LastWords();
  /** Somebody read the begin of this life before us. */
  #isResumed = false;
  #settling: NodeJS.Timeout | null = null;

  /** Throws when the life's folder is gone, and `NotAFifo`. */
  constructor({ life, folder }: AttachmentOptions, dependencies: Dependencies) {
    this.life = life;
    this.#folder = folder;
    this.#dependencies = dependencies;
    this.#reader = new FifoReader({
      path: join(folder, 'fifo'),
      onBytes: (bytes) => this.#take(bytes),
      onEnd: dependencies.onEnd,
      onDefect: (error) => dependencies.log.error('a fifo cannot be read', { life, error }),
    });
  }

  /** Marks where this life begins, or where reading it was interrupted, and reads what is there. */
  begin(): void {
    const { history, limit, onEntries, onEnd } = this.#dependencies;
    const { life, isOver, isAtRest } = history.standing;
    const at = Date.now();
    this.#isResumed = life === this.life.number;
    if (!this.#isResumed) this.#note({ kind: 'boot', at, life: this.life.number });
    else if (!isAtRest && !isOver) this.#note({ kind: 'gap', at, why: INTERRUPTED });
    // Whoever wrote down the end may have been killed before it was published.
    else if (isOver && history.recalled !== null) onEntries([history.recalled]);
    const { tail, isSkipping } = history.standing;
    limit.begin(tail.length > 0 || isSkipping);
    // The keeper holds the fifo before its life can be seen; a fifo that nobody holds was left by one.
    if (this.readNow() === 'ended') onEnd();
  }

  readNow(): 'empty' | 'ended' | 'more' {
    return this.#reader.readNow();
  }

  /**
   * The tender ended: takes what is left, which is no more than a fifo holds, marks the end, and lets the
   * keeper go. `exit`: null when the guest's own status is all there is to tell.
   */
  finish(exit: Exit | null): void {
    try {
      this.readNow();
    } catch (error) {
      this.#dependencies.log.error('a fifo cannot be read', { life: this.life, error });
    }
    this.#settle();
    const status = this.#solo5Status();
    if (!this.#dependencies.history.standing.isOver) {
      const why = describeExit(exit ?? guestExit(status));
      this.#note({ kind: 'exit', at: Date.now(), life: this.life.number, why });
    }
    this.#reader[Symbol.dispose]();
    releaseKeeper(this.#folder, status);
  }

  /** We go, the life goes on. */
  rest(): void {
    this.#settle();
    this.#note({ kind: 'rest' });
    this.#reader[Symbol.dispose]();
  }

  #take(bytes: Uint8Array): void {
    const { limit, onRead } = this.#dependencies;
    const at = Date.now();
    // First of all it is written down: what is between is lost when we are killed there.
    for (const step of limit.take(bytes, performance.now())) this.#note(noteOf(step, at));
    onRead(bytes.length);
    this.#lastWords.take(bytes);
    if (limit.dropped > 0)
      this.#settling ??= setTimeout(() => this.#settle(), DROPPED_TOLD_MS).unref();
  }

  /** Tells of lines that were thrown away, also when nothing follows them. */
  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    const at = Date.now();
    for (const step of this.#dependencies.limit.settle()) this.#note(noteOf(step, at));
  }

  /** How Solo5 says that it ended: in what we read, or in what was read before us. */
  #solo5Status(): number | null {
    const { status } = this.#lastWords;
    return status === null && this.#isResumed ? this.#rememberedStatus() : status;
  }

  #rememberedStatus(): number | null {
    const { history } = this.#dependencies;
    const { entries } = history.read({ kind: 'count', count: REMEMBERED }, ALL_OF_THEM);
    const boot = entries.findLastIndex(({ entry }) => entry.kind === 'boot');
    const lines = entries
      .slice(boot + 1)
      .flatMap(({ entry }) => (entry.kind === 'line' ? [entry.bytes] : []));
    const texts = [...lines, history.standing.tail].map((one) =>
      Buffer.from(one).toString('latin1'),
    );
    return lastStatus(texts.join('\n'));
  }

  #note(note: Note): void {
    this.#dependencies.onEntries(this.#dependencies.history.append(note));
  }
}

function noteOf(step: FloodStep, at: number): Note {
  // Not `{ ...step, at }`, which takes longer than to write it down.
  return step.kind === 'data' ? { kind: 'data', at, bytes: step.bytes } : { ...step, at };
}

/** Lines among which the last ones are, whatever markers stand between them. */
const REMEMBERED = 32;
const ALL_OF_THEM = { entries: REMEMBERED, bytes: Infinity };

function guestExit(status: number | null): Exit {
  return status === null ? { kind: 'unknown' } : { kind: 'status', status };
}

/**
 * Tells the keeper of a life that everything was read, and how Solo5 said that it ended:
 *
 * ```abnf
 * drain = "read" [" " status] LF
 * status = 1*3DIGIT          ; 0 to 255
 * ```
 */
export function releaseKeeper(folder: string, status: number | null): void {
  try {
    const fd = openFifo(join(folder, 'drain'), 'write');
    try {
      writeSync(fd, status === null ? 'read\n' : `read ${status}\n`);
    } finally {
      closeSync(fd);
    }
  } catch {
    // It is gone.
  }
}

const INTERRUPTED = 'console was interrupted; what it had read at that moment may be missing';
