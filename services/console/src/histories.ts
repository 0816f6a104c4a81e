import type { ConsoleSummary } from '@albatross/shared/contracts/console';
import { CONSOLES_PER_PAGE_MAX } from '@albatross/shared/contracts/console';
import {
  isWithin,
  pathOf,
  wireForm,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { History } from './history.ts';
import { scanHistories, type Kept } from './scan-histories.ts';

interface HistoriesOptions {
  /** One folder for each name below it. */
  readonly folder: string;
  /** Of all histories together. */
  readonly bytesMax: number;
  readonly graceMs?: number;
}

interface Dependencies {
  /** Names under which something is read now. */
  readonly live: { has(name: UnikernelName): boolean; readonly size: number };
  readonly log: Logger;
}

/** Histories that are kept in one path, of names nothing is read under; the oldest of more are removed. */
export const DEAD_PER_PATH_MAX = 32;
/** Of those found at the start, none is removed for their number before: a host that begins has yet to start its unikernels. */
export const DEAD_GRACE_MS = 10 * 60_000;
/** Histories of names nothing runs under that stay open; names come and go for ever. */
const IDLE_OPEN = 64;
/** Likewise of those that hold something the disk did not take, which is known here only. */
const IDLE_BEHIND = 1024;
/** Names whose history was removed, and whose numbers may not come again while somebody follows them. */
const REMOVED_KNOWN = 4096;
/** How far below what is allowed it is cleared, so that it need not be done with every write. */
const CLEARED = 7 / 8;

/** All histories on the disk: opens them, and keeps their number and their bytes within bounds. */
export class Histories implements Disposable {
  readonly #options: HistoriesOptions;
  readonly #dependencies: Dependencies;
  /** What is on the disk. Looked up once: later it is known from what is written. */
  readonly #kept: Map<UnikernelName, Kept>;
  readonly #open = new Map<UnikernelName, History>();
  readonly #removed = new Set<UnikernelName>();
  /** Found at the start, and not read since. */
  readonly #spared: Set<UnikernelName>;
  readonly #grace: NodeJS.Timeout;
  #bytes = 0;
  /** Room is made again when they are more. */
  #bytesMax: number;
  #isReady = false;

  constructor(options: HistoriesOptions, dependencies: Dependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#bytesMax = options.bytesMax;
    this.#kept = scanHistories(options.folder);
    for (const { bytes } of this.#kept.values()) this.#bytes += bytes;
    this.#spared = new Set(this.#kept.keys());
    this.#grace = setTimeout(() => {
      this.#spared.clear();
      this.#buryAll();
    }, options.graceMs ?? DEAD_GRACE_MS).unref();
  }

  /** All lives there are now are read: from now on, what is not read is dead. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#buryAll();
    this.#makeRoom();
  }

  /** Whether something was printed under this name, and is kept. */
  has(name: UnikernelName): boolean {
    return this.#kept.has(name) || existsSync(this.#folderOf(name));
  }

  /** Never throws for what a disk may do. */
  open(name: UnikernelName): History {
    const history = this.#open.get(name) ?? this.#openAnew(name);
    // Behind all others, so that those nobody asked for the longest come first.
    this.#open.delete(name);
    this.#open.set(name, history);
    this.#closeIdle(name);
    return history;
  }

  #openAnew(name: UnikernelName): History {
    const isAgain = this.#removed.delete(name);
    const history = History.open(this.#folderOf(name), { isAgain });
    const isNew = !this.#kept.has(name);
    this.#account(name, history);
    if (isNew) this.#bury(pathOf(name), name);
    return history;
  }

  /** Something was written into it: keeps all together within bounds. */
  written(name: UnikernelName): void {
    const history = this.#open.get(name);
    if (history === undefined) return;
    this.#spared.delete(name);
    this.#account(name, history);
    if (this.#bytes > this.#bytesMax) this.#makeRoom();
  }

  #account(name: UnikernelName, history: History): void {
    const before = this.#kept.get(name);
    const { bytes } = history;
    this.#bytes += bytes - (before?.bytes ?? 0);
    this.#kept.set(name, { bytes, lastAt: history.lastAt || (before?.lastAt ?? Date.now()) });
  }

  /** Nothing is read under that name any more: those that are idle are kept within their bounds. */
  rest(name: UnikernelName): void {
    this.#closeIdle(null);
    this.#bury(pathOf(name));
  }

  #closeIdle(wanted: UnikernelName | null): void {
    if (this.#open.size - this.#dependencies.live.size <= IDLE_OPEN) return;
    const idle = [...this.#open].filter(
      ([name]) => name !== wanted && !this.#dependencies.live.has(name),
    );
    let excess = idle.length - IDLE_OPEN;
    for (const [name, history] of idle) {
      if (excess <= 0) return;
      if (!history.isWritten && excess <= IDLE_BEHIND - IDLE_OPEN) continue;
      this.#close(name);
      excess -= 1;
    }
  }

  /** Removes the oldest of too many dead ones of a path, but not that one. */
  #bury(path: PathName, wanted?: UnikernelName): void {
    if (!this.#isReady) return;
    this.#removeExcess(
      this.#dead((name) => pathOf(name) === path && name !== wanted && !this.#spared.has(name)),
    );
  }

  #buryAll(): void {
    if (!this.#isReady) return;
    const byPath = new Map<PathName, UnikernelName[]>();
    for (const name of this.#dead((name) => !this.#spared.has(name))) {
      const dead = byPath.get(pathOf(name)) ?? [];
      byPath.set(pathOf(name), dead);
      dead.push(name);
    }
    for (const dead of byPath.values()) this.#removeExcess(dead);
  }

  #removeExcess(dead: readonly UnikernelName[]): void {
    for (const name of dead.slice(0, Math.max(0, dead.length - DEAD_PER_PATH_MAX)))
      this.#remove(name);
  }

  /** Those nothing is read under now, the oldest first. */
  #dead(isWanted: (name: UnikernelName) => boolean): readonly UnikernelName[] {
    return [...this.#kept]
      .filter(([name]) => isWanted(name) && !this.#dependencies.live.has(name))
      .toSorted(([, a], [, b]) => a.lastAt - b.lastAt)
      .map(([name]) => name);
  }

  #makeRoom(): void {
    if (!this.#isReady || this.#bytes <= this.#options.bytesMax) return;
    const goal = this.#options.bytesMax * CLEARED;
    for (const name of this.#dead(() => true)) if (this.#bytes > goal) this.#remove(name);
    // First their older files, then what is left of them.
    for (let round = 0; round < 2 && this.#bytes > goal; round += 1) this.#shedLargest(goal);
    // Where nothing helps, it is not tried again with every write.
    this.#bytesMax = Math.max(this.#options.bytesMax, this.#bytes / CLEARED);
  }

  #shedLargest(goal: number): void {
    const largest = [...this.#open].toSorted(([, a], [, b]) => b.bytes - a.bytes);
    for (const [name, history] of largest) {
      if (this.#bytes <= goal) return;
      history.shed();
      this.#account(name, history);
    }
  }

  #remove(name: UnikernelName): void {
    this.#close(name);
    try {
      rmSync(this.#folderOf(name), { recursive: true, force: true });
    } catch (error) {
      this.#dependencies.log.warn('a history cannot be removed', { name, error });
    }
    // One that cannot be removed is found again at the next start.
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0;
    this.#kept.delete(name);
    this.#spared.delete(name);
    this.#removed.add(name);
    for (const oldest of this.#removed) {
      if (this.#removed.size <= REMOVED_KNOWN) break;
      this.#removed.delete(oldest);
    }
  }

  /** At and below a path, sorted by name, those behind `after`. */
  list(
    path: PathName,
    after?: UnikernelName,
  ): { readonly consoles: ConsoleSummary[]; readonly next: UnikernelName | null } {
    const names = [...this.#kept.keys()]
      .filter((name) => isWithin(name, path) && (after === undefined || name > after))
      .toSorted();
    const page = names.slice(0, CONSOLES_PER_PAGE_MAX);
    const consoles = page.map((name) => ({
      name,
      isActive: this.#dependencies.live.has(name),
      ...(this.#kept.get(name) ?? { bytes: 0, lastAt: 0 }),
    }));
    return { consoles, next: names.length > page.length ? (page.at(-1) ?? null) : null };
  }

  get counts(): HistoryCounts {
    return {
      histories: this.#open.size,
      historiesBehind: [...this.#open.values()].filter(({ isWritten }) => !isWritten).length,
      historiesKept: this.#kept.size,
      bytesKept: this.#bytes,
    };
  }

  #close(name: UnikernelName): void {
    this.#open.get(name)?.[Symbol.dispose]();
    this.#open.delete(name);
  }

  #folderOf(name: UnikernelName): string {
    return join(this.#options.folder, wireForm(name));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#grace);
    for (const name of this.#open.keys()) this.#close(name);
  }
}

export interface HistoryCounts {
  /** Open now. */
  readonly histories: number;
  /** Of those, how many hold something that the disk did not take. */
  readonly historiesBehind: number;
  /** On the disk. */
  readonly historiesKept: number;
  readonly bytesKept: number;
}
