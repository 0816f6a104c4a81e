import type { Readiness } from '../readiness/await-ready.ts';
import type { Ready } from '../readiness/wait-options.ts';
import type { OpenFile } from '../read-file.ts';
import type { DownloadedImage } from './downloaded-image.ts';
import type { Replaceable } from './running-here.ts';

/** Where it runs. Everything throws a `Failure`. */
export interface System {
  readonly find: () => Promise<Replaceable>;
  /** The image that is there now. */
  readonly fetch: () => Promise<DownloadedImage>;
  readonly replace: (old: Replaceable, image: OpenFile) => Promise<Replaced>;
  /** What the last `replace` has left, where that failed; null: nothing is under the name any more. */
  readonly left: () => Promise<Left | null>;
  /** Ends what was not running before it was put back. */
  readonly rest: () => Promise<void>;
}

export interface Left {
  /** Of the image that is there, as of what is replaced. */
  readonly digest: string;
  readonly now: Replaced;
}

/** What became of it. */
export interface Replaced {
  readonly words: string;
  /** Null where nobody tells. */
  readonly json: object | null;
  /** Waits until it is ready. */
  readonly untilReady: (ready: Ready, signal: AbortSignal) => Promise<Watched>;
}

export interface Watched {
  readonly readiness: Readiness;
  /** What it printed last, as far as anybody knows. */
  readonly lines: readonly string[];
}
