import { escapeControl } from '@albatross/shared/runtime/escape';
import type { Bytes } from '@albatross/shared/bus/zlib-stream';
import type { SingleBar } from 'cli-progress';
import { bytesText } from './quantity.ts';
import type { OpenFile } from './read-file.ts';

/** How far something is that takes a while. */
export interface Progress extends Disposable {
  /** So many more bytes are done. */
  readonly add: (bytes: number) => void;
  /** So many there will be, where that was not known before. */
  readonly expect: (totalBytes: number) => void;
}

/** Where nobody looks. */
export const NO_PROGRESS: Progress = {
  add: () => undefined,
  expect: () => undefined,
  [Symbol.dispose]: () => undefined,
};

/** Where bars are shown. */
export interface Bars {
  readonly progress: (title: string, totalBytes: number | null) => Progress;
}

/** The same file, with a bar while it is read. */
export function withBar(bars: Bars, title: string, file: OpenFile): OpenFile {
  const { source, sizeBytes } = file;
  const pieces = (): Bytes => piecesWithBar(bars, title, sizeBytes, source.pieces());
  return { ...file, source: { ...source, pieces } };
}

/** The same pieces, with a bar as long as they are taken. */
export async function* piecesWithBar(
  bars: Bars,
  title: string,
  totalBytes: number | null,
  pieces: Bytes,
): Bytes {
  using progress = bars.progress(title, totalBytes);
  for await (const bytes of pieces) {
    yield bytes;
    progress.add(bytes.length);
  }
}

/** What is done sooner needs no bar. */
const SHOWN_AFTER_MS = 300;

/**
 * A bar on a terminal, where errors go. Its line is empty again once it is disposed of, and when a signal ends
 * us.
 */
export class ProgressBar implements Progress {
  readonly #title: string;
  #totalBytes: number | null;
  #doneBytes = 0;
  #bar: SingleBar | null = null;
  #isDisposed = false;
  // One that cannot be shown is no reason to end.
  readonly #timer = setTimeout(() => void this.#open().catch(() => undefined), SHOWN_AFTER_MS);

  constructor(title: string, totalBytes: number | null) {
    this.#title = escapeControl(title);
    this.#totalBytes = totalBytes;
  }

  readonly add = (bytes: number): void => {
    this.#doneBytes += bytes;
    this.#bar?.update(this.#doneBytes, this.#words());
  };

  readonly expect = (totalBytes: number): void => {
    this.#totalBytes = totalBytes;
    this.#bar?.setTotal(totalBytes);
  };

  /** Does what writes to the terminal, with the bar out of the way. */
  aside(write: () => void): void {
    this.#hide();
    write();
    if (!this.#isDisposed) this.#show();
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#hide();
    for (const signal of ENDINGS) process.off(signal, this.#end);
  }

  /** The library is loaded here: most commands need none. */
  async #open(): Promise<void> {
    const { default: library } = await import('cli-progress');
    if (this.#isDisposed) return;
    this.#bar = new library.SingleBar({
      format: this.#totalBytes === null ? '{title}  {bytes}' : FORMAT,
      barsize: 30,
      barIncompleteChar: ' ',
      autopadding: true,
      clearOnComplete: true,
      // Cuts lines that are too long: then nothing is changed on the terminal that must be changed back.
      linewrap: true,
      gracefulExit: false,
    });
    for (const signal of ENDINGS) process.prependListener(signal, this.#end);
    this.#show();
  }

  #show(): void {
    this.#bar?.start(this.#totalBytes ?? 0, this.#doneBytes, this.#words());
  }

  #hide(): void {
    this.#bar?.stop();
  }

  #words(): { readonly title: string; readonly bytes: string } {
    const done = bytesText(this.#doneBytes);
    const total = this.#totalBytes;
    return { title: this.#title, bytes: total === null ? done : `${done} of ${bytesText(total)}` };
  }

  /** Others that wait for the signal know what to do; when there is none, it does what it does without us. */
  readonly #end = (signal: NodeJS.Signals): void => {
    const isOurs = process.listenerCount(signal) === 1;
    this[Symbol.dispose]();
    if (isOurs) process.kill(process.pid, signal);
  };
}

const FORMAT = '{title} [{bar}] {percentage}%  {bytes}, {eta_formatted} left';

const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
