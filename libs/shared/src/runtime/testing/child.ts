import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { LOADER } from './loader.ts';

interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** A program for tests, as a process of its own. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #end: Promise<End>;

  private constructor(process: ChildProcessByStdio<null, Readable, Readable>) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    this.#end = this.#untilEnd(text(process.stderr));
  }

  static start(program: URL, ...args: readonly string[]): Child {
    const words = [...LOADER, fileURLToPath(program), ...args];
    return new Child(spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    return this.#process.pid ?? assert.fail('it was not started');
  }

  /** The next line it prints; fails when there is none any more. */
  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    return value ?? assert.fail(`it ended: ${(await this.#end).stderr}`);
  }

  /** All lines it still prints. */
  async rest(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let line = await this.#lines.next(); line.done !== true; line = await this.#lines.next()) {
      lines.push(line.value);
    }
    return lines;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async end(): Promise<End> {
    return await this.#end;
  }

  async #untilEnd(stderr: Promise<string>): Promise<End> {
    const [status, signal] = (await once(this.#process, 'exit')) as [
      number | null,
      NodeJS.Signals | null,
    ];
    return { status, signal, stderr: await stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.#end;
  }
}
