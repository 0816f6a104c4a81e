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

  /** To be called between two steps. */
  async pause(): Promise<void> {
    if (this.#clockMs() - this.#begunAt < SLICE_MS) return;
    await setImmediate();
    this.#begunAt = this.#clockMs();
  }
}
