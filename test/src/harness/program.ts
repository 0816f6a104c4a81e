import { eventually } from '@albatross/shared/bus/testing/asserts';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** How a program ended, and all it wrote. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const END_DEADLINE_MS = 30_000;

/** A program under way, as somebody has it in a terminal: what it wrote can be seen, signals can be sent. */
export class Program {
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #closed: Promise<number | null>;
  #isOver = false;
  #stdout = '';
  #stderr = '';

  private constructor(child: ChildProcess, command: string) {
    this.#child = child;
    this.#command = command;
    this.#closed = once(child, 'close').then(([status]) => status as number | null);
    this.#closed
      .catch(() => undefined)
      .finally(() => {
        this.#isOver = true;
      });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  static start(command: readonly string[], { env, cwd }: ProgramOptions): Program {
    const [file = '', ...words] = command;
    const child = spawn(file, words, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Program(child, command.join(' '));
  }

  /** Runs a program to its end. */
  static async run(command: readonly string[], options: ProgramOptions): Promise<Ended> {
    return await Program.start(command, options).ended();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until what it wrote to stdout matches; fails at once when it ends instead. */
  async untilSays(pattern: RegExp, deadlineMs = END_DEADLINE_MS): Promise<void> {
    await this.#until(() => this.#stdout, pattern, deadlineMs);
  }

  /** The same of stderr. */
  async untilLogs(pattern: RegExp, deadlineMs = END_DEADLINE_MS): Promise<void> {
    await this.#until(() => this.#stderr, pattern, deadlineMs);
  }

  async #until(written: () => string, pattern: RegExp, deadlineMs: number): Promise<void> {
    let looked = -1;
    const saysIt = (): boolean => {
      // To look through megabytes again and again would take the time of those who write them.
      const text = written();
      if (looked === text.length) return false;
      looked = text.length;
      return pattern.test(text);
    };
    try {
      await eventually(
        `it says ${pattern}`,
        () => {
          const isOver = this.#isOver;
          if (saysIt()) return true;
          if (isOver) throw new Error(`it ended without saying ${pattern}`);
          return false;
        },
        deadlineMs,
      );
    } catch (cause) {
      throw new Error(this.#describe(), { cause });
    }
  }

  /** Waits for the end, and enforces it at the deadline. */
  async ended(deadlineMs = END_DEADLINE_MS): Promise<Ended> {
    const inTime = new AbortController();
    const late = sleep(deadlineMs, 'late' as const, { signal: inTime.signal });
    late.catch(() => undefined);
    const status = await Promise.race([this.#closed, late]);
    inTime.abort();
    if (status !== 'late') return { status, stdout: this.#stdout, stderr: this.#stderr };
    this.#child.kill('SIGKILL');
    throw new Error(`within ${deadlineMs} ms it did not end: ${this.#describe()}`);
  }

  #describe(): string {
    return `${this.#command}\nstdout: ${this.#stdout}\nstderr: ${this.#stderr}`;
  }
}
