import { Failure } from '@albatross/shared/contracts/failures';
import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Lives whose fifos are made at a time; more are made when half of them are used. */
const LIVES = 128;
/** Two for each of those, and of the half that may be left. */
export const FIFOS_READY_MAX = 384;
const FIFOS = ['fifo', 'drain'] as const;

/**
 * Fifos that are made before they are needed: Node can make none, and to execute `mkfifo` for each life takes as
 * long as to execute its tender. They are in a folder of their own, on the same disk as the lives; those that
 * a supervisor leaves are of no use to the next.
 */
export class FifoStock implements AsyncDisposable {
  readonly #folder: string;
  readonly #path: string;
  readonly #ready: string[] = [];
  #making: Promise<void> | null = null;
  #made = 0;

  /** `path`: where `mkfifo` is looked for. */
  constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
  }

  /** Puts its fifos into the folder of a new life, whose group may use them. Rejects with a `Failure`. */
  async give(life: string): Promise<void> {
    while (this.#ready.length === 0) await this.make();
    const pair = this.#ready.pop() ?? '';
    const { gid } = statSync(life);
    for (const fifo of FIFOS) {
      const path = this.#file(pair, fifo);
      if (statSync(path).gid !== gid) chownSync(path, -1, gid);
      renameSync(path, join(life, fifo));
    }
    // What fails is tried again when there are none left.
    if (this.#ready.length < LIVES / 2) void this.make().catch(() => undefined);
  }

  /** Makes more, unless that is under way. Rejects with a `Failure`. */
  async make(): Promise<void> {
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    await this.#making;
  }

  async #make(): Promise<void> {
    const paths: string[] = [];
    try {
      this.#clear();
      // Not what the `mkfifo` of one that was killed may be about to make.
      const pairs = Array.from({ length: LIVES }, (_, n) => `${process.pid}-${this.#made + n}`);
      this.#made += LIVES;
      paths.push(...pairs.flatMap((pair) => FIFOS.map((fifo) => this.#file(pair, fifo))));
      await promisify(execFile)('mkfifo', ['-m', '0660', ...paths], { env: { PATH: this.#path } });
      this.#ready.push(...pairs);
    } catch (error) {
      for (const path of paths) rmSync(path, { force: true });
      const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
      // The message of one that failed repeats all names.
      const why = stderr?.trim() || message;
      throw new Failure('TENDER_FAILED', `fifos for tenders cannot be made: ${why}`);
    }
  }

  /** The first time: later it holds what is ready. */
  #clear(): void {
    if (this.#made > 0) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#folder))
      rmSync(join(this.#folder, name), { recursive: true });
  }

  #file(pair: string, fifo: string): string {
    return join(this.#folder, `${pair}-${fifo}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#making?.catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
