import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that is asked and answers in lines. */
export class ChildLines implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, name: string) {
    this.#child = child;
    this.#lines = lines;
    this.#name = name;
  }

  static start(program: string, ...words: readonly string[]): ChildLines {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return new ChildLines(child, lines, program);
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** The next line. Rejects when it has ended instead. */
  async read(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#name} ended without an answer`);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exit;
  }
}
