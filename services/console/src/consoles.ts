import {
  ENTRIES_PER_MESSAGE_MAX,
  type ConsoleEntry,
  type HistoryStart,
} from '@albatross/shared/contracts/console';
import { parseExit, UNSAID, type Exit } from '@albatross/shared/domain/exit';
import { lifeName, parseLifeName, type Life, type LifeName } from '@albatross/shared/domain/life';
import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { BATCH_BYTES_MAX } from './batches.ts';
import { Attachment, releaseKeeper } from './attachment.ts';
import type { FloodRate } from './flood-limit.ts';
import { FloodLimits } from './flood-limits.ts';
import { Histories, type HistoryCounts } from './histories.ts';
import type { History } from './history.ts';
import { NotAFifo } from './open-fifo.ts';

interface ConsolesOptions {
  readonly lives: string;
  readonly exits: string;
  /** One folder for each name below it. */
  readonly histories: string;
  /** Of all histories together. */
  readonly historyBytesMax: number;
  /** What one unikernel may print. */
  readonly rate: FloodRate;
}

interface Dependencies {
  readonly publish: (name: UnikernelName, entries: readonly ConsoleEntry[]) => void;
  readonly log: Logger;
}

/** Since this process began, unless it says otherwise. */
export interface ConsoleCounts extends HistoryCounts {
  /** Lives that are read now. */
  readonly reading: number;
  readonly livesRead: number;
  readonly bytes: number;
  /** Lines and markers. */
  readonly entries: number;
  readonly linesTruncated: number;
  readonly linesDropped: number;
  readonly gaps: number;
}

/** A page of history is no larger than a message of the feed. */
const PAGE = { entries: ENTRIES_PER_MESSAGE_MAX, bytes: BATCH_BYTES_MAX } as const;

/** All consoles: reads the fifo of every life there is, from when it is first seen until it is over. */
export class Consoles implements Disposable {
  readonly #options: ConsolesOptions;
  readonly #dependencies: Dependencies;
  readonly #histories: Histories;
  readonly #limits: FloodLimits;
  readonly #attached = new Map<LifeName, Attachment>();
  /** Only one life of a name is ever read. */
  readonly #lifeOf = new Map<UnikernelName, LifeName>();
  /** Lives that were read to their end, and whose folder is still there. */
  readonly #over = new Set<LifeName>();
  /** Lives that cannot be read at the moment, and whose failure was told. */
  readonly #failing = new Set<LifeName>();

  readonly #counts = {
    livesRead: 0,
    bytes: 0,
    entries: 0,
    linesTruncated: 0,
    linesDropped: 0,
    gaps: 0,
  };

  constructor(options: ConsolesOptions, dependencies: Dependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    const { histories: folder, historyBytesMax: bytesMax } = options;
    const { log } = dependencies;
    this.#histories = new Histories({ folder, bytesMax }, { live: this.#lifeOf, log });
    this.#limits = new FloodLimits(options.rate);
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
    this.#histories.ready();
  }

  #look(life: Life, name: LifeName, hasExit: boolean): void {
    try {
      if (!this.#attached.has(name)) this.#attach(life, name);
      if (hasExit) this.#finish(name);
      this.#failing.delete(name);
    } catch (error) {
      const isReplaced = error instanceof NotAFifo;
      // Nothing of it will ever be read, and its keeper need not wait.
      if (isReplaced && hasExit) this.#passOver(name);
      // Without a fifo it is being cleared away.
      const isGoing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isGoing || this.#failing.has(name)) return;
      this.#failing.add(name);
      const { log } = this.#dependencies;
      if (isReplaced) log.warn('a fifo was replaced', { life: name, by: error.what });
      else log.error('a console cannot be read', { life: name, error });
    }
  }

  #passOver(name: LifeName): void {
    this.#over.add(name);
    releaseKeeper(join(this.#options.lives, name), null);
  }

  #attach(life: Life, name: LifeName): void {
    const { unikernel } = life;
    if (this.#isSucceeded(life, this.#histories.open(unikernel))) {
      this.#passOver(name);
      return;
    }
    // Only one life of a name is ever alive: an older one that is still here has no end anybody will tell.
    const older = this.#lifeOf.get(unikernel);
    if (older !== undefined) this.#finish(older);
    const attachment = new Attachment(
      { life, folder: join(this.#options.lives, name) },
      {
        history: this.#histories.open(unikernel),
        limit: this.#limits.of(unikernel, performance.now()),
        onRead: (byteCount) => void (this.#counts.bytes += byteCount),
        onEntries: (entries) => this.#tell(unikernel, entries),
        onEnd: () => this.#finish(name),
        log: this.#dependencies.log,
      },
    );
    this.#attached.set(name, attachment);
    this.#lifeOf.set(unikernel, name);
    this.#counts.livesRead += 1;
    attachment.begin();
  }

  #tell(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    this.#histories.written(name);
    if (entries.length === 0) return;
    this.#counts.entries += entries.length;
    for (const { entry } of entries) {
      if (entry.kind === 'gap') this.#counts.gaps += 1;
      if (entry.kind === 'line' && entry.truncated) this.#counts.linesTruncated += 1;
      if (entry.kind === 'dropped') this.#counts.linesDropped += entry.lines;
    }
    this.#dependencies.publish(name, entries);
  }

  /** Whether a life was read to its end: its history says so, or that a newer one that is still here was begun. */
  #isSucceeded({ unikernel, number }: Life, history: History): boolean {
    const { life: begun } = history.standing;
    if (begun <= number) return false;
    const newer = lifeName({ unikernel, number: begun });
    return existsSync(join(this.#options.lives, newer)) || history.hasEnd(number);
  }

  /** The tender is gone: what is in the fifo now is all there will ever be. */
  #finish(name: LifeName): void {
    const attachment = this.#attached.get(name);
    if (attachment === undefined || this.#over.has(name)) return;
    this.#over.add(name);
    const { unikernel } = attachment.life;
    try {
      attachment.finish(this.#readExit(name));
    } finally {
      // It counts as live until then: its history may not be removed under it.
      this.#attached.delete(name);
      this.#lifeOf.delete(unikernel);
    }
    this.#limits.forget(this.#lifeOf, performance.now());
    this.#histories.rest(unikernel);
  }

  #readExit(name: LifeName): Exit | null {
    try {
      const text = readFileSync(join(this.#options.exits, name), 'utf8');
      return text === UNSAID ? null : parseExit(text);
    } catch {
      return { kind: 'unknown' };
    }
  }

  /** Null when nothing was ever printed under this name. Everything printed until now is in it. */
  read(name: UnikernelName, from: HistoryStart): { entries: ConsoleEntry[]; more: boolean } | null {
    this.#reconcileIfPossible();
    const life = this.#lifeOf.get(name);
    if (life !== undefined) this.#attached.get(life)?.readNow();
    return this.#histories.has(name) ? this.#histories.open(name).read(from, PAGE) : null;
  }

  /** The consoles at and below a path, sorted by name, those behind `after`. */
  list(path: PathName, after?: UnikernelName): ReturnType<Histories['list']> {
    this.#reconcileIfPossible();
    return this.#histories.list(path, after);
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
    return { ...this.#counts, ...this.#histories.counts, reading: this.#attached.size };
  }

  [Symbol.dispose](): void {
    for (const attachment of this.#attached.values()) attachment.rest();
    this.#histories[Symbol.dispose]();
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
