import { setImmediate } from 'node:timers/promises';

/** How long other work may have to wait for ours. */
const SLICE_MS = 2;

/** Cuts long work into slices: whatever else this process has to do comes in between. */
export class Slices {
  readonly #clockMs: () => number;
  #begunAt: number;

  constructor(clockMs = (): number => performance.now()) {
    this.#clockMs = clockMs;
    this.#begunAt = clockMs();
  }

  /**
   * Whether to pause, to be asked between two steps. Whoever paused after each would do what waits for the end
   * of a step as often: the bus sends what was published.
   */
  get isOver(): boolean {
    return this.#clockMs() - this.#begunAt >= SLICE_MS;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#begunAt = this.#clockMs();
  }
}
