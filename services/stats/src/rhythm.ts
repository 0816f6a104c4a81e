/** A call that takes longer than that, and longer than three intervals, is stuck. */
export const BEAT_MS_MAX = 60_000;

interface RhythmOptions {
  readonly intervalMs: number;
  /** Never called twice at a time. */
  readonly onBeat: () => Promise<void>;
  readonly onDefect: (error: unknown) => void;
}

/** Calls again and again, an interval apart as the clock has it: what is late makes nothing after it later. */
export class Rhythm implements AsyncDisposable {
  readonly #options: RhythmOptions;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> = Promise.resolve();
  #dueMs = performance.now();
  #skipped = 0;
  #isOver = false;

  /** The first call is an interval away. */
  constructor(options: RhythmOptions) {
    this.#options = options;
    this.#wait();
  }

  /** How many calls were left out, because the one before took too long. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Whether calls end. */
  get isWell(): boolean {
    const lateMs = performance.now() - this.#dueMs;
    return lateMs < Math.max(BEAT_MS_MAX, 3 * this.#options.intervalMs);
  }

  #wait(): void {
    if (this.#isOver) return;
    const now = performance.now();
    const { dueMs, skipped } = nextDue(this.#dueMs, this.#options.intervalMs, now);
    this.#dueMs = dueMs;
    this.#skipped += skipped;
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat();
    }, dueMs - now);
  }

  async #beat(): Promise<void> {
    try {
      await this.#options.onBeat();
    } catch (error) {
      this.#options.onDefect(error);
    }
    this.#wait();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#beating;
  }
}

/** The first moment after `now` that is a whole number of intervals after the last; what passed meanwhile is skipped. */
export function nextDue(
  lastMs: number,
  intervalMs: number,
  now: number,
): { readonly dueMs: number; readonly skipped: number } {
  const passed = Math.max(0, Math.floor((now - lastMs) / intervalMs));
  return { dueMs: lastMs + (passed + 1) * intervalMs, skipped: passed };
}
