import { readdirSync, watch, type FSWatcher } from 'node:fs';

/** How long a change may go unnoticed if the kernel's hint is lost: Node swallows inotify's overflow. */
export const RESCAN_MS = 2_000;

/** Hints are heeded again when a scan is over for so many times as long as it took, so that many at a time cost little. */
const REST = 2;
/** But never later. */
const REST_MS_MAX = 100;

/** A scan that takes longer is stuck. */
export const SCAN_MS_MAX = 60_000;

export interface WatchFolderOptions {
  readonly path: string;
  /** Given all names in the folder: at once, after every burst of change, and now and then. Never called twice at a time. */
  readonly onScan: (names: readonly string[]) => Promise<void>;
  readonly onDefect: (error: unknown) => void;
  readonly rescanMs?: number;
  /** How long a hint may wait for others, where nobody waits for what follows. */
  readonly patienceMs?: number;
  /** Names whose coming and going is nothing new. */
  readonly isOfNoConcern?: (name: string) => boolean;
}

/** Follows what is in a folder. What readdir says is the truth; the kernel's events only hurry it. */
export class FolderWatch implements AsyncDisposable {
  readonly #options: WatchFolderOptions;
  readonly #watcher: FSWatcher;
  readonly #timer: NodeJS.Timeout;
  #scanning: Promise<void> | null = null;
  #scanAgain: Promise<void> | null = null;
  #scannedAt = performance.now();
  #restsUntil = 0;
  #resting: NodeJS.Timeout | null = null;
  /** While a scan was under way. */
  #isHinted = false;
  #isOver = false;

  private constructor(options: WatchFolderOptions) {
    this.#options = options;
    this.#watcher = watch(options.path, (_, name) => this.#hint(name)).on(
      'error',
      options.onDefect,
    );
    this.#timer = setInterval(() => void this.scan(), options.rescanMs ?? RESCAN_MS);
  }

  /** Resolves after the first scan. */
  static async start(options: WatchFolderOptions): Promise<FolderWatch> {
    const self = new FolderWatch(options);
    await self.scan();
    return self;
  }

  /** Whether scans end. */
  get isWell(): boolean {
    return performance.now() - this.#scannedAt < SCAN_MS_MAX;
  }

  /** Resolves after a scan that began at or after this call. */
  async scan(): Promise<void> {
    if (this.#isOver) return;
    if (this.#scanning === null) {
      this.#scanning = this.#scanOnce().finally(() => {
        this.#scanning = null;
        if (this.#isHinted) this.#hint(null);
      });
      return await this.#scanning;
    }
    this.#scanAgain ??= this.#scanning.then(() => {
      this.#scanAgain = null;
      return this.scan();
    });
    await this.#scanAgain;
  }

  #hint(name: string | null): void {
    if (name !== null && this.#options.isOfNoConcern?.(name) === true) return;
    if (this.#resting !== null || this.#isOver) return;
    this.#isHinted = this.#scanning !== null;
    if (this.#isHinted) return;
    const restMs = Math.max(this.#options.patienceMs ?? 0, this.#restsUntil - performance.now());
    if (restMs <= 0) return void this.scan();
    this.#resting = setTimeout(() => {
      this.#resting = null;
      void this.scan();
    }, restMs);
  }

  async #scanOnce(): Promise<void> {
    const begunAt = performance.now();
    try {
      // Synchronous, as whoever waits for what has come waits for this, too.
      await this.#options.onScan(readdirSync(this.#options.path));
    } catch (error) {
      this.#options.onDefect(error);
    }
    this.#scannedAt = performance.now();
    this.#restsUntil = this.#scannedAt + Math.min(REST * (this.#scannedAt - begunAt), REST_MS_MAX);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#watcher.close();
    clearInterval(this.#timer);
    if (this.#resting !== null) clearTimeout(this.#resting);
    await this.#scanning;
  }
}
