import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** How long a change may go unnoticed if the kernel's hint is lost: Node swallows inotify's overflow. */
export const RESCAN_MS = 2_000;

export interface WatchFolderOptions {
  readonly path: string;
  /** Given all names in the folder: at once, after every burst of change, and now and then. Never called twice at a time. */
  readonly onScan: (names: readonly string[]) => Promise<void>;
  readonly onDefect: (error: unknown) => void;
  readonly rescanMs?: number;
}

/** Follows what is in a folder. What readdir says is the truth; the kernel's events only hurry it. */
export class FolderWatch implements AsyncDisposable {
  readonly #options: WatchFolderOptions;
  readonly #watcher: FSWatcher;
  readonly #timer: NodeJS.Timeout;
  #scanning: Promise<void> | null = null;
  #scanAgain: Promise<void> | null = null;
  #isOver = false;

  private constructor(options: WatchFolderOptions) {
    this.#options = options;
    this.#watcher = watch(options.path, () => void this.scan()).on('error', options.onDefect);
    this.#timer = setInterval(() => void this.scan(), options.rescanMs ?? RESCAN_MS);
  }

  /** Resolves after the first scan. */
  static async start(options: WatchFolderOptions): Promise<FolderWatch> {
    const self = new FolderWatch(options);
    await self.scan();
    return self;
  }

  /** Resolves after a scan that began at or after this call. */
  async scan(): Promise<void> {
    if (this.#isOver) return;
    if (this.#scanning === null) {
      this.#scanning = this.#scanOnce().finally(() => {
        this.#scanning = null;
      });
      return await this.#scanning;
    }
    this.#scanAgain ??= this.#scanning.then(() => {
      this.#scanAgain = null;
      return this.scan();
    });
    await this.#scanAgain;
  }

  async #scanOnce(): Promise<void> {
    try {
      await this.#options.onScan(await readdir(this.#options.path));
    } catch (error) {
      this.#options.onDefect(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#watcher.close();
    clearInterval(this.#timer);
    await this.#scanning;
  }
}
