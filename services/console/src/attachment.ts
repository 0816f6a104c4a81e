import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { Life } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FifoReader } from './fifo-reader.ts';
import type { History } from './history.ts';
import type { Note } from './transcript.ts';

interface AttachmentOptions {
  readonly life: Life;
  readonly folder: string;
}

interface Dependencies {
  readonly history: History;
  readonly onRead: (byteCount: number) => void;
  readonly onEntries: (entries: readonly ConsoleEntry[]) => void;
  /** Nobody can write into the fifo any more. */
  readonly onEnd: () => void;
  readonly log: Logger;
}

/** Reads one life: fifo → history → feed. */
export class Attachment {
  readonly life: Life;
  readonly #folder: string;
  readonly #dependencies: Dependencies;
  readonly #reader: FifoReader;

  /** Throws when the life's folder is gone. */
  constructor({ life, folder }: AttachmentOptions, dependencies: Dependencies) {
    this.life = life;
    this.#folder = folder;
    this.#dependencies = dependencies;
    this.#reader = new FifoReader({
      path: join(folder, 'fifo'),
      onBytes: (bytes) => {
        dependencies.onRead(bytes.length);
        this.#note({ kind: 'data', at: Date.now(), bytes });
      },
      onEnd: dependencies.onEnd,
      onDefect: (error) => dependencies.log.error('a fifo cannot be read', { life, error }),
    });
  }

  /** Marks where this life begins, or where reading it was interrupted, and reads what is there. */
  begin(): void {
    const { life, isOver, isAtRest } = this.#dependencies.history.standing;
    const at = Date.now();
    if (life !== this.life.number) this.#note({ kind: 'boot', at, life: this.life.number });
    else if (!isAtRest && !isOver) this.#note({ kind: 'gap', at, why: INTERRUPTED });
    // The keeper holds the fifo before its life can be seen; a fifo that nobody holds was left by one.
    if (this.readNow() === 'ended') this.#dependencies.onEnd();
  }

  readNow(): 'empty' | 'ended' | 'more' {
    return this.#reader.readNow();
  }

  /**
   * The tender ended: takes what is left, which is no more than a fifo holds, marks the end, and lets the
   * keeper go.
   */
  finish(why: string): void {
    this.readNow();
    if (!this.#dependencies.history.standing.isOver) {
      this.#note({ kind: 'exit', at: Date.now(), life: this.life.number, why });
    }
    this.#reader[Symbol.dispose]();
    releaseKeeper(this.#folder);
  }

  /** We go, the life goes on. */
  rest(): void {
    this.#note({ kind: 'rest' });
    this.#reader[Symbol.dispose]();
  }

  #note(note: Note): void {
    const entries = this.#dependencies.history.append(note);
    if (entries.length > 0) this.#dependencies.onEntries(entries);
  }
}

/** Tells the keeper of a life that everything was read. */
export function releaseKeeper(folder: string): void {
  try {
    const fd = openSync(join(folder, 'drain'), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fd, 'read\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    // It is gone.
  }
}

const INTERRUPTED = 'console was interrupted; what it had read at that moment may be missing';
