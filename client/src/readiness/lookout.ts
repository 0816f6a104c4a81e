import type { Seen } from './seen.ts';

/** Where somebody looks how a unikernel stands. */
export interface Lookout {
  /** Throws a `Failure`. */
  readonly look: () => Promise<Seen>;
  /** Whether a failure of that passes by itself, and says nothing of the unikernel. */
  readonly isPassing: (error: unknown) => boolean;
  /** Without a hint it is looked that often. */
  readonly everyMs: number;
  /** Calls whenever it is time to look, until it is disposed of. */
  readonly onHint: (listener: () => void) => Disposable;
}
