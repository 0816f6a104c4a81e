import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Turns } from '../turns.ts';

/** A run that takes longer is given up, counted from when it is its turn. */
export const IP_DEADLINE_MS = 5_000;
/** How long we then wait for the killed process to be gone, before its run is rejected all the same. */
const KILL_GRACE_MS = 1_000;
/** After so many commands a process is replaced by the next: it leaks some 5 KiB at each. */
const COMMANDS_MAX = 1_000;

/** The words of one command, without `ip`: `['link', 'set', 'dev', 'alb0', 'up']`. */
export type IpCommand = readonly string[];

/**
 * Changes interfaces through one long-lived `ip -batch -`: a third of a millisecond where a process for each
 * command takes eight.
 *
 * The commands of a run are executed in order, up to the first that fails. On that `ip` says why and exits;
 * so the end of the process tells of a failure, and success is told by the answer to one more command,
 * which prints. Runs take turns, and each is written as a whole: when we are killed, `ip` still carries out
 * what it was given, and ends with its input.
 *
 * `ip` remembers which interface a name belonged to, for as long as it lives: `renew` after other programs
 * have replaced one.
 */
export class IpBatch implements AsyncDisposable {
  readonly #path: string;
  readonly #deadlineMs: number;
  readonly #turns = new Turns<'ip'>();
  #process: IpProcess | null = null;
  #isClosed = false;

  /** `path`: folders to find `ip` in, as in PATH; an ordinary user's lacks those of `sbin`. */
  constructor(options: {
    readonly path: string;
    readonly sbin?: string;
    readonly deadlineMs?: number;
  }) {
    const path = `${options.path}:${options.sbin ?? '/usr/sbin:/sbin'}`.split(':');
    // An empty one would stand for the current folder.
    this.#path = path.filter((folder) => folder !== '').join(':');
    this.#deadlineMs = options.deadlineMs ?? IP_DEADLINE_MS;
  }

  /**
   * For commands that change something and therefore print nothing. Rejects with what `ip` said about the
   * one that failed; those before it have been carried out. While it waits, the program is kept alive.
   */
  async run(commands: readonly IpCommand[]): Promise<void> {
    const lines = commands.map(lineOf);
    if (lines.length === 0) return;
    if (this.#isClosed) throw new Error('ip: it is closed');
    await this.#turns.take('ip', async () => {
      this.#process = this.#process?.isUsable === true ? this.#process : new IpProcess(this.#path);
      await this.#process.run(lines, this.#deadlineMs);
    });
  }

  /** The runs that follow are by a process that remembers nothing. */
  async renew(): Promise<void> {
    await this.#turns.take('ip', async () => {
      this.#process?.kill();
      this.#process = null;
    });
  }

  /** Lets the runs that were asked for end, and takes no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.renew();
    this.#isClosed = true;
    await closing;
  }
}

/**
 * How `ip` reads a line of a batch, which has no way to write some words:
 *
 * ```abnf
 * line = [word *(1*blank word)] [1*blank] ["#" *any] LF   ; "#" begins a comment even within a word
 * word = 1*char / DQUOTE *any DQUOTE / "'" *any "'"       ; a quote is one at a word's beginning only
 *                                                         ; a "\" before the LF joins two lines
 * ```
 */
function lineOf(command: IpCommand): string {
  for (const word of command) {
    if (/^[A-Za-z0-9_.:/@%+=-]+$/.test(word)) continue;
    throw new Error(
      `ip: ${JSON.stringify(word)} cannot be handed to it; letters, digits and _.:/@%+=- can`,
    );
  }
  if (command.length > 0) return command.join(' ');
  throw new Error('ip: a command without words');
}

/** Prints one line, and prints it at once; there is a `lo` in every network namespace. */
const QUESTION = 'link show dev lo';
const ARGUMENTS = ['-brief', '-batch', '-'];
/** Of what it says, more would be a defect of `ip`. */
const SAID_MAX = 4096;

/** One `ip`; it takes one run at a time and is of no use after one that failed. */
class IpProcess {
  readonly #child: ChildProcess;
  #linesSent = 0;
  #said = '';
  #onAnswer: () => void = () => undefined;
  #onEnd: (why: string) => void = () => undefined;
  isUsable = true;

  constructor(path: string) {
    // In a session of its own, so that a Ctrl-C in our terminal does not end it between two commands.
    this.#child = spawn('ip', ARGUMENTS, { env: { PATH: path }, detached: true });
    const { stdin, stdout, stderr } = this.#child;
    this.#child.unref();
    for (const stream of [stdin, stdout, stderr]) if (stream instanceof Socket) stream.unref();
    // That it no longer reads is told by its end.
    stdin?.on('error', () => undefined);
    stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('\n')) this.#onAnswer();
    });
    stderr?.on('data', (chunk: Buffer) => {
      if (this.#said.length < SAID_MAX) this.#said += chunk.toString();
    });
    this.#child.on('error', (error) => this.#ended(startProblem(error)));
    this.#child.on('close', (status, signal) => this.#ended(this.#lastWords(status, signal)));
  }

  async run(lines: readonly string[], deadlineMs: number): Promise<void> {
    this.#said = '';
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`ip: ${this.#told(why, lines)}`));
        this.#onAnswer = resolve;
        this.#onEnd = fail;
        timer = setTimeout(() => {
          const why = `no answer within ${deadlineMs} ms, so it was killed`;
          this.kill();
          // Only what is gone changes nothing any more: whoever cleans up must not be too early.
          this.#onEnd = () => fail(why);
          timer = setTimeout(() => fail(`${why}, and even so does not end`), KILL_GRACE_MS);
        }, deadlineMs);
        this.#child.stdin?.write(`${[...lines, QUESTION].join('\n')}\n`);
      });
      this.#linesSent += lines.length + 1;
      if (this.#linesSent > COMMANDS_MAX) this.kill();
    } finally {
      clearTimeout(timer);
      this.#onAnswer = () => undefined;
      this.#onEnd = () => undefined;
    }
  }

  kill(): void {
    this.isUsable = false;
    this.#child.kill('SIGKILL');
  }

  #ended(why: string): void {
    this.isUsable = false;
    this.#onEnd(why);
  }

  #lastWords(status: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#said.trim();
    if (said !== '') return said;
    return signal === null ? `it ended with status ${status}` : `it was ended by ${signal}`;
  }

  /** With the command that failed, where `ip` told its number; where it does not, it names the word it dislikes. */
  #told(why: string, lines: readonly string[]): string {
    const failed = /\n?^Command failed -:(\d+)$/m.exec(why);
    const command = lines[Number(failed?.[1]) - 1 - this.#linesSent];
    const text = failed === null ? why : why.replace(failed[0], '');
    return command === undefined ? text : `${command}: ${text}`;
  }
}

function startProblem(error: Error): string {
  return 'code' in error && error.code === 'ENOENT'
    ? 'there is no such program; to mend it, install the package iproute2'
    : `it could not be started: ${error.message}`;
}
