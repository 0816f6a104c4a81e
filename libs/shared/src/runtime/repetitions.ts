interface RepetitionsOptions<Item> {
  /** Repetitions within this time are told together. */
  readonly windowMs: number;
  readonly now: () => number;
  /** `times` are those that were not told yet, `item` is the newest of them. */
  readonly tell: (item: Item, times: number, isRepetition: boolean) => void;
}

interface Window<Item> {
  startedAt: number;
  /** The newest. */
  item: Item;
  /** Those that nobody was told of yet. */
  untold: number;
}

/**
 * Tells of the first of a kind at once, and of its repetitions together, once in a while. How many kinds are
 * told apart is up to who uses it, and bounds what is held. Does not keep the process alive.
 */
export class Repetitions<Item> implements Disposable {
  readonly #options: RepetitionsOptions<Item>;
  /** By the key of a kind, the one that began first in front. */
  readonly #windows = new Map<string, Window<Item>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RepetitionsOptions<Item>) {
    this.#options = options;
  }

  /** Kinds that are held. */
  get size(): number {
    return this.#windows.size;
  }

  has(key: string): boolean {
    return this.#windows.has(key);
  }

  /** Of the kinds that are held, how many are such. */
  countOf(isSuch: (item: Item) => boolean): number {
    let count = 0;
    for (const { item } of this.#windows.values()) if (isSuch(item)) count += 1;
    return count;
  }

  /** For who wants to know what is held, before it adds something. */
  endOld(): void {
    this.#end(false);
  }

  add(key: string, item: Item): void {
    const known = this.#windows.get(key);
    if (known === undefined) {
      this.#windows.set(key, { startedAt: this.#options.now(), item, untold: 0 });
      this.#options.tell(item, 1, false);
    } else {
      known.untold += 1;
      known.item = item;
    }
    this.#setTimer();
  }

  /** Tells of what was repeated; who goes on repeating begins a new window, and is told of at its end. */
  #end(all: boolean): void {
    const { now: clock, windowMs, tell } = this.#options;
    const now = clock();
    for (const [key, { startedAt, item, untold }] of this.#windows) {
      const age = now - startedAt;
      // Of a clock that was set back nothing can be told but that it is time.
      if (!all && age >= 0 && age < windowMs) return;
      this.#windows.delete(key);
      if (untold === 0) continue;
      tell(item, untold, true);
      if (!all) this.#windows.set(key, { startedAt: now, item, untold: 0 });
    }
  }

  #setTimer(): void {
    const [oldest] = this.#windows.values();
    if (oldest === undefined || this.#timer !== null) return;
    const { now, windowMs } = this.#options;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#end(false);
        this.#setTimer();
      },
      oldest.startedAt + windowMs - now(),
    ).unref();
  }

  /** Tells of what was not told yet. */
  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#end(true);
  }
}
