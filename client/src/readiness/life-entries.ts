import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { escapeBytes } from '@albatross/shared/runtime/escape';

/** The newest lines that are told with a failure, and the bytes of each. */
export const LAST_LINES_MAX = 5;
export const LAST_LINE_BYTES_MAX = 256;

/** Picks what belongs to a life, and to those behind it, out of what a console holds. */
export class LifeEntries {
  readonly #lifeNumber: number | null;
  #hasBegun: boolean;
  #newestLife = 0;
  #endedLife = 0;
  #lastLines: readonly string[] = [];

  /** Null: everything belongs to it. */
  constructor(lifeNumber: number | null) {
    this.#lifeNumber = lifeNumber;
    this.#hasBegun = lifeNumber === null;
  }

  /** Whether an entry is one of them. */
  take({ entry }: ConsoleEntry): boolean {
    // Numbers of lives only grow, and what stands between two lives is of the older.
    if (entry.kind === 'boot') {
      this.#newestLife = Math.max(this.#newestLife, entry.life);
      this.#hasBegun ||= entry.life >= (this.#lifeNumber ?? 0);
    }
    if (entry.kind === 'exit') this.#endedLife = Math.max(this.#endedLife, entry.life);
    if (!this.#hasBegun) return false;
    if (entry.kind === 'line') {
      const line = escapeBytes(entry.bytes.subarray(0, LAST_LINE_BYTES_MAX));
      this.#lastLines = [...this.#lastLines, line].slice(-LAST_LINES_MAX);
    }
    return true;
  }

  /** Whether everything was seen that a life printed; of the newest, with null. */
  hasEnded(lifeNumber: number | null): boolean {
    if (lifeNumber === null) return this.#endedLife >= this.#newestLife;
    return this.#endedLife >= lifeNumber || this.#newestLife > lifeNumber;
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }
}
