import { StartError } from '@albatross/shared/runtime/run';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Records that wait for a program that is slow; those beyond are thrown away, for nothing may wait for a log. */
export const SYSLOG_WAITING_BYTES_MAX = 1_048_576;
/** It is not started again more often. */
export const SYSLOG_RESTART_MS = 1_000;
/** How long it may take to hand on what it has when the gateway ends. */
export const SYSLOG_END_MS_MAX = 2_000;

/** pino's levels, and the priorities of RFC 5424 with the facility daemon. */
const PRIORITIES: Readonly<Record<string, number>> = { 20: 31, 30: 30, 40: 28, 50: 27 };
const PRIORITY_DEFAULT = 30;

/**
 * The system's log, by way of the program `logger`, for records as `createLogger` writes them. It holds no
 * descriptor of this process: a client's connection would not end with us. What ends it is the end of its
 * input; should it end before, it is started again with the next record.
 */
export class Syslog implements AsyncDisposable {
  readonly #tag: string;
  #process: ChildProcess | null;
  #startedAt = Date.now();
  #isOver = false;

  private constructor(tag: string, process: ChildProcess) {
    this.#tag = tag;
    this.#process = this.#watched(process);
  }

  /** Throws `StartError` when there is no such program. */
  static async start(tag: string): Promise<Syslog> {
    const process = startLogger(tag);
    try {
      await once(process, 'spawn');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(`--syslog takes the program logger, of util-linux or bsdutils: ${why}`);
    }
    return new Syslog(tag, process);
  }

  write(record: string): void {
    if (this.#isOver) return;
    if (this.#process === null && Date.now() - this.#startedAt >= SYSLOG_RESTART_MS) {
      this.#startedAt = Date.now();
      this.#process = this.#watched(startLogger(this.#tag));
    }
    const stdin = this.#process?.stdin;
    if (!stdin || stdin.writableLength > SYSLOG_WAITING_BYTES_MAX) return;
    const level = /^\{"level":(\d+)/.exec(record)?.[1] ?? '';
    stdin.write(`<${PRIORITIES[level] ?? PRIORITY_DEFAULT}>${record}`);
  }

  /** Resolves when all records are handed over, or nobody takes them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    const process = this.#process;
    if (process === null) return;
    const exit = once(process, 'exit');
    const late = setTimeout(() => process.kill('SIGKILL'), SYSLOG_END_MS_MAX);
    process.stdin?.end();
    await exit.catch(() => undefined);
    clearTimeout(late);
  }

  #watched(process: ChildProcess): ChildProcess {
    const forget = (): void => {
      if (this.#process === process) this.#process = null;
    };
    process.once('exit', forget).once('error', forget);
    // There is none when this process has no descriptor left for it.
    process.stdin?.on('error', forget);
    return process;
  }
}

function startLogger(tag: string): ChildProcess {
  // The fourth: systemd hands its socket over as descriptor 3, which is not closed for programs we start.
  const stdio = ['pipe', 'ignore', 'ignore', 'ignore'] as const;
  return spawn('logger', ['-t', tag, '--prio-prefix'], { stdio: [...stdio] });
}
