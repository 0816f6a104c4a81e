import {
  ENTRIES_PER_MESSAGE_MAX,
  type ConsoleEntry,
  type HistoryStart,
} from '@albatross/shared/contracts/console';
import { describeExit, parseExit } from '@albatross/shared/domain/exit';
import { parseLifeName, type Life, type LifeName } from '@albatross/shared/domain/life';
import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Attachment } from './attachment.ts';
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

/** Bytes of one page of history; it has `ENTRIES_PER_MESSAGE_MAX` entries at most. */
export const PAGE_BYTES_MAX = 256 * 1024;
const PAGE = { entries: ENTRIES_PER_MESSAGE_MAX, bytes: PAGE_BYTES_MAX } as const;

/** All consoles: reads the fifo of every life there is, from when it is first seen until it is over. */
export class Consoles implements Disposable {
  readonly #options: ConsolesOptions;
  readonly #dependencies: Dependencies;
  readonly #histories = new Map<UnikernelName, History>();
  readonly #attached = new Map<LifeName, Attachment>();
  /** Lives that were read to their end, and whose folder is still there. */
  readonly #over = new Set<LifeName>();

  constructor(options: ConsolesOptions, dependencies: Dependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Compares what is read with what there is. Synchronous, so that it is never half done. */
  reconcile(): void {
    const lives = readdirSync(this.#options.lives)
      .flatMap((name) => {
        const life = parseLifeName(name);
        return life === null ? [] : [{ life, name: name as LifeName }];
      })
      .toSorted((a, b) => a.life.number - b.life.number);
    const there = new Set(lives.map(({ name }) => name));
    for (const [name, attachment] of this.#attached) {
      if (!there.has(name)) this.#finish(name, attachment);
    }
    for (const name of this.#over) if (!there.has(name)) this.#over.delete(name);
    for (const { life, name } of lives) this.#look(life, name);
  }

  #look(life: Life, name: LifeName): void {
    if (this.#over.has(name)) return;
    try {
      const attachment = this.#attached.get(name) ?? this.#attach(life, name);
      if (existsSync(join(this.#options.exits, name))) this.#finish(name, attachment);
    } catch (error) {
      this.#dependencies.log.error('a console cannot be read', { life: name, error });
    }
  }

  #attach(life: Life, name: LifeName): Attachment {
    // Only one life of a name is ever alive: an older one that is still here has no end anybody will tell.
    for (const [older, attachment] of this.#attached) {
      if (attachment.life.unikernel === life.unikernel) this.#finish(older, attachment);
    }
    const attachment = new Attachment(
      { life, folder: join(this.#options.lives, name) },
      {
        history: this.#openHistory(life.unikernel),
        onEntries: (entries) => this.#dependencies.publish(life.unikernel, entries),
        onEnd: () => this.#finish(name, attachment),
        log: this.#dependencies.log,
      },
    );
    this.#attached.set(name, attachment);
    attachment.begin();
    return attachment;
  }

  /** The tender is gone: what is in the fifo now is all there will ever be. */
  #finish(name: LifeName, attachment: Attachment): void {
    if (!this.#attached.delete(name)) return;
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
    this.reconcile();
    for (const attachment of this.#attached.values()) {
      if (attachment.life.unikernel === name) attachment.readNow();
    }
    const isKnown = this.#histories.has(name) || existsSync(this.#folderOf(name));
    return isKnown ? this.#openHistory(name).read(from, PAGE) : null;
  }

  #openHistory(name: UnikernelName): History {
    const history = this.#histories.get(name) ?? History.open(this.#folderOf(name));
    this.#histories.set(name, history);
    return history;
  }

  #folderOf(name: UnikernelName): string {
    return join(this.#options.histories, wireForm(name));
  }

  [Symbol.dispose](): void {
    for (const attachment of this.#attached.values()) attachment.rest();
    for (const history of this.#histories.values()) history[Symbol.dispose]();
  }
}
