import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileC } from '../../compile-c.ts';

export interface BareTenderOptions {
  /** The tender and all its words. */
  readonly command: readonly string[];
  /** Where the tap of that name is to be made for it, and at which bridge; null without. */
  readonly net: { readonly tap: string; readonly bridge: string } | null;
}

const SOURCE = fileURLToPath(new URL('bare-tender.c', import.meta.url));
const NS_PER_MS = 1e6;

/** A tender with nothing around it: `bare-tender.c` starts it, and takes the time. */
export class BareTender implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #exit: Promise<unknown>;

  private constructor(folder: string, child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#folder = folder;
    this.#child = child;
    this.#answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    this.#exit = once(child, 'exit');
    this.#exit.catch(() => undefined);
    // That it no longer reads is told by its silence.
    child.stdin.on('error', () => undefined);
  }

  /** Rejects when there is no compiler. */
  static async make({ command, net }: BareTenderOptions): Promise<BareTender> {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-bare-'));
    try {
      const program = join(folder, 'bare-tender');
      await compileC(SOURCE, program);
      const words = [net?.bridge ?? '', net?.tap ?? '', ...command];
      const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
      return new BareTender(folder, child);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Milliseconds until so many have each written their first byte. */
  async start(count = 1): Promise<number> {
    return await this.#ask(`many ${count}`);
  }

  /** Milliseconds from the signal until all were waited for. */
  async end(): Promise<number> {
    return await this.#ask('end');
  }

  async #ask(what: string): Promise<number> {
    this.#child.stdin.write(`${what}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`bare-tender ended at "${what}"`);
    return Number(value) / NS_PER_MS;
  }

  /** Its tenders end with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#exit;
    await rm(this.#folder, { recursive: true });
  }
}
