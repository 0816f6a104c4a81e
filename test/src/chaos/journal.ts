import { closeSync, openSync, writeSync } from 'node:fs';

/** Everything that was asked, answered and killed, line by line: for whoever looks for a cause. */
export class Journal implements Disposable {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(...words: readonly unknown[]): void {
    const now = Date.now();
    const texts = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word)));
    writeSync(this.#file, `${now} ${new Date(now).toISOString()} ${texts.join(' ')}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
