import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A program that answers each line on its stdin with a line of JSON, after one that says it is ready. */
export class AskedProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, 'close');
    if (child.stdout === null) throw new TypeError('its stdout is no pipe');
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** `sockets`: what it has from descriptor 3 on. */
  static async start(
    command: readonly string[],
    sockets: readonly Socket[] = [],
  ): Promise<AskedProgram> {
    const self = new AskedProgram(
      spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
        stdio: ['pipe', 'pipe', 'inherit', ...sockets],
      }),
    );
    await self.#next();
    return self;
  }

  async ask(question: string): Promise<Readonly<Record<string, number>>> {
    this.#child.stdin?.write(`${question}\n`);
    return await this.#next();
  }

  async #next(): Promise<Readonly<Record<string, number>>> {
    const { done, value } = await this.#answers.next();
    if (done === true)
      throw new Error(`${this.#child.spawnargs.join(' ')} ended instead of answering`);
    return JSON.parse(value) as Readonly<Record<string, number>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
