import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Folders } from '@albatross/shared/runtime/folders';
import { Follower } from '../../../flood/follower.ts';

const DEADLINE_MS = 30_000;

/** Follows all consoles, and tells when the first line of each came over the bus. */
export class FirstLines implements AsyncDisposable {
  readonly #seen = new Map<string, FirstLine>();
  readonly #waiting = new Map<string, (line: FirstLine) => void>();
  #follower: Follower | null = null;

  /** Resolves when nothing will be missed any more. */
  static async follow(folders: Folders): Promise<FirstLines> {
    const self = new FirstLines();
    const onEntries = self.#take.bind(self);
    self.#follower = await Follower.start(folders, { path: ':', onEntries });
    return self;
  }

  /** That of a unikernel of which no line was waited for before. */
  async of(name: string): Promise<FirstLine> {
    const seen = this.#seen.get(name);
    if (seen !== undefined) return seen;
    return await new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${name} printed nothing in ${DEADLINE_MS} ms`)),
        DEADLINE_MS,
      );
      this.#waiting.set(name, (line) => {
        clearTimeout(late);
        resolve(line);
      });
    });
  }

  #take(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    const at = performance.now();
    const line = entries.find(({ entry }) => entry.kind === 'line')?.entry;
    if (line?.kind !== 'line' || this.#seen.has(name)) return;
    const first = { at, text: Buffer.from(line.bytes).toString() };
    this.#seen.set(name, first);
    this.#waiting.get(name)?.(first);
    this.#waiting.delete(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower?.[Symbol.asyncDispose]();
  }
}

export interface FirstLine {
  /** As `performance.now()` tells time. */
  readonly at: number;
  readonly text: string;
}
