import {
  ENTRIES_PER_MESSAGE_MAX,
  type ConsoleEntry,
  type HistoryStart,
} from '@albatross/shared/contracts/console';
import { describeExit, parseExit } from '@albatross/shared/domain/exit';
import { lifeName, parseLifeName, type Life, type LifeName } from '@albatross/shared/domain/life';
import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_BYTES_MAX } from './batches.ts';
import { Attachment, releaseKeeper } from './attachment.ts';
import { History } from './history.ts';

interface ConsolesOptions {
  readonly lives: string;
  readonly exits: string;
  /** One folder for each name below it. */
  readonly histories: string;
}

interface Dependencies {
  readonly publish: (name: UnikernelName, entries: readonly ConsoleEntry[]) => void;
  readonly log: Logger;
}

/** Since this process began, unless it says otherwise. */
export interface ConsoleCounts {
  /** Lives that are read now. */
  readonly reading: number;
  readonly livesRead: number;
  /** Open now. */
  readonly histories: number;
  /** Of those, how many hold something that the disk did not take. */
  readonly historiesBehind: number;
  readonly bytes: number;
  /** Lines and markers. */
  readonly entries: number;
  readonly linesTruncated: number;
  readonly gaps: number;
}

/** A page of history is no larger than a message of the feed. */
const PAGE = { entries: ENTRIES_PER_MESSAGE_MAX, bytes: BATCH_BYTES_MAX } as const;

/** Histories of names nothing runs under that stay open; names come and go for ever. */
const IDLE_HISTORIES = 64;

/** All consoles: reads the fifo of every life there is, from when it is first seen until it is over. */
export class Consoles implements Disposable {
  readonly #options: ConsolesOptions;
  readonly #dependencies: Dependencies;
  readonly #histories = new Map<UnikernelName, History>();
  readonly #attached = new Map<LifeName, Attachment>();
  /** Lives that were read to their end, and whose folder is still there. */
  readonly #over = new Set<LifeName>();
  /** Lives that cannot be read at the moment, and whose failure was told. */
  readonly #failing = new Set<LifeName>();

  readonly #counts = { livesRead: 0, bytes: 0, entries: 0, linesTruncated: 0, gaps: 0 };

  constructor(options: ConsolesOptions, dependencies: Dependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Compares what is read with what there is. Synchronous, so that it is never half done. */
  reconcile(): void {
    const lives = readdirSync(this.#options.lives)
      .flatMap((text) => {
        const name = text as LifeName;
        const life = this.#attached.get(name)?.life ?? parseLifeName(text);
        return life === null ? [] : [{ life, name }];
      })
      .toSorted((a, b) => a.life.number - b.life.number);
    const there = new Set(lives.map(({ name }) => name));
    // A life whose folder is gone ends as every other: when nobody can write into its fifo any more.
    for (const known of [this.#over, this.#failing]) {
      for (const name of known) if (!there.has(name)) known.delete(name);
    }
    const exits = new Set(namesIn(this.#options.exits));
    for (const { life, name } of lives) {
      if (!this.#over.has(name)) this.#look(life, name, exits.has(name));
    }
  }

  #look(life: Life, name: LifeName, hasExit: boolean): void {
    try {
      if (!this.#attached.has(name)) this.#attach(life, name);
      if (hasExit) this.#finish(name);
      this.#failing.delete(name);
    } catch (error) {
      // Without a fifo it is being cleared away.
      const isGoing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isGoing || this.#failing.has(name)) return;
      this.#failing.add(name);
      this.#dependencies.log.error('a console cannot be read', { life: name, error });
    }
  }

  #attach(life: Life, name: LifeName): void {
    const folder = join(this.#options.lives, name);
    const history = this.#openHistory(life.unikernel);
    if (this.#isSucceeded(life, history.standing.life)) {
      this.#over.add(name);
      releaseKeeper(folder);
      return;
    }
    // Only one life of a name is ever alive: an older one that is still here has no end anybody will tell.
    for (const [older, attachment] of this.#attached) {
      if (attachment.life.unikernel === life.unikernel) this.#finish(older);
    }
    const attachment = new Attachment(
      { life, folder },
      {
        history,
        onRead: (byteCount) => void (this.#counts.bytes += byteCount),
        onEntries: (entries) => this.#tell(life.unikernel, entries),
        onEnd: () => this.#finish(name),
        log: this.#dependencies.log,
      },
    );
    this.#attached.set(name, attachment);
    this.#counts.livesRead += 1;
    attachment.begin();
  }

  #tell(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    this.#counts.entries += entries.length;
    for (const { entry } of entries) {
      if (entry.kind === 'gap') this.#counts.gaps += 1;
      if (entry.kind === 'line' && entry.truncated) this.#counts.linesTruncated += 1;
    }
    this.#dependencies.publish(name, entries);
  }

  /** Whether a life was read to its end, because a newer one that is still here was begun after it. */
  #isSucceeded({ unikernel, number }: Life, begun: number): boolean {
    const newer = lifeName({ unikernel, number: begun });
    return begun > number && existsSync(join(this.#options.lives, newer));
  }

  /** The tender is gone: what is in the fifo now is all there will ever be. */
  #finish(name: LifeName): void {
    const attachment = this.#attached.get(name);
    if (attachment === undefined) return;
    this.#attached.delete(name);
    this.#over.add(name);
    attachment.finish(this.#readExit(name));
  }

  #readExit(name: LifeName): string {
    try {
      return describeExit(parseExit(readFileSync(join(this.#options.exits, name), 'utf8')));
    } catch {
      return describeExit({ kind: 'unknown' });
    }
  }

  /** Null when nothing was ever printed under this name. Everything printed until now is in it. */
  read(name: UnikernelName, from: HistoryStart): { entries: ConsoleEntry[]; more: boolean } | null {
    this.#reconcileIfPossible();
    for (const attachment of this.#attached.values()) {
      if (attachment.life.unikernel === name) attachment.readNow();
    }
    const isKnown = this.#histories.has(name) || existsSync(this.#folderOf(name));
    return isKnown ? this.#openHistory(name).read(from, PAGE) : null;
  }

  /** What was printed before can be read even when the lives cannot. */
  #reconcileIfPossible(): void {
    try {
      this.reconcile();
    } catch (error) {
      this.#dependencies.log.error('the lives cannot be read', { error });
    }
  }

  get counts(): ConsoleCounts {
    const histories = [...this.#histories.values()];
    return {
      ...this.#counts,
      reading: this.#attached.size,
      histories: histories.length,
      historiesBehind: histories.filter((history) => !history.isWritten).length,
    };
  }

  #openHistory(name: UnikernelName): History {
    const history = this.#histories.get(name) ?? History.open(this.#folderOf(name));
    // Behind all others, so that those nobody asked for the longest come first.
    this.#histories.delete(name);
    this.#histories.set(name, history);
    this.#closeIdle(name);
    return history;
  }

  #closeIdle(wanted: UnikernelName): void {
    const busy = new Set([...this.#attached.values()].map(({ life }) => life.unikernel)).add(
      wanted,
    );
    let excess = this.#histories.size - busy.size - IDLE_HISTORIES;
    for (const [name, history] of this.#histories) {
      if (excess <= 0) return;
      // What the disk did not take is known here only.
      if (busy.has(name) || !history.isWritten) continue;
      history[Symbol.dispose]();
      this.#histories.delete(name);
      excess -= 1;
    }
  }

  #folderOf(name: UnikernelName): string {
    return join(this.#options.histories, wireForm(name));
  }

  [Symbol.dispose](): void {
    for (const attachment of this.#attached.values()) attachment.rest();
    for (const history of this.#histories.values()) history[Symbol.dispose]();
  }
}

/** None when there is no such folder: lives are read whether or not anybody can tell of their end. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
