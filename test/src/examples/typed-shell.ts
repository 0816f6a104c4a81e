import { eventually } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { killIfThere } from '../harness/kill-if-there.ts';
import { processStat } from '../harness/traces.ts';

/** What became of a line. */
export interface Typed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Words in front of its command. */
  readonly inside?: readonly string[];
}

const LINE_DEADLINE_MS = 40_000;

/**
 * A bash that reads one line after the other, as somebody types them: variables, aliases and the folder stay.
 * Every command is a group of processes of its own, which Ctrl-C goes to.
 */
export class TypedShell implements AsyncDisposable {
  readonly #bash: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #scratch: TemporaryFolder;
  #said = '';
  #lines = 0;

  private constructor(bash: ChildProcess, scratch: TemporaryFolder) {
    this.#bash = bash;
    this.#scratch = scratch;
    this.#closed = once(bash, 'close');
    bash.stdin?.on('error', () => undefined);
    const statuses = bash.stdio[3] as Readable;
    statuses.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  static async open({ folder, env, inside = [] }: ShellOptions): Promise<TypedShell> {
    const scratch = await TemporaryFolder.make();
    const [file, ...words] = [...inside, 'bash', '--norc', '--noprofile'];
    // Nothing it does may reach for the terminal that the tests are run from.
    const bash = spawn(file, words, {
      env: { ...env },
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });
    const self = new TypedShell(bash, scratch);
    // Without the trap it ends with a command that the signal has ended.
    bash.stdin?.write(`cd '${folder}'; set -m; shopt -s expand_aliases; trap : INT\n`);
    return self;
  }

  /** Types a line and waits for its end. */
  async type(line: string): Promise<Typed> {
    this.begin(line);
    return await this.ended();
  }

  /** Types a line that goes on. */
  begin(line: string): void {
    this.#lines += 1;
    const { out, err } = this.#files();
    // On a line of its own: bash drops the rest of a line when a signal ended its command.
    const typed = `{ ${line}\n} </dev/null >'${out}' 2>'${err}'\necho "$? ${this.#lines}" >&3\n`;
    this.#bash.stdin?.write(typed);
  }

  /** Waits until what the line wrote, to stdout or stderr, matches. */
  async untilSays(pattern: RegExp): Promise<void> {
    try {
      await eventually(
        `it says ${pattern}`,
        () => this.#isOver() || pattern.test(this.#written()),
        LINE_DEADLINE_MS,
      );
    } catch (cause) {
      throw new Error(this.#written(), { cause });
    }
  }

  /** Ctrl-C, for what is in the foreground. */
  interrupt(): void {
    const { pid = 0 } = this.#bash;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' '))
      if (processStat(Number(child)) !== null) process.kill(-Number(child), 'SIGINT');
  }

  /** What became of the line that was begun last. */
  async ended(): Promise<Typed> {
    try {
      await eventually('the line ends', () => this.#isOver(), LINE_DEADLINE_MS);
    } catch (cause) {
      throw new Error(this.#written(), { cause });
    }
    const [, status = ''] = this.#end() ?? [];
    const { out, err } = this.#files();
    const [stdout, stderr] = [readFileSync(out, 'utf8'), readFileSync(err, 'utf8')];
    return { status: Number(status), stdout, stderr };
  }

  #isOver(): boolean {
    if (this.#end() !== null) return true;
    if (this.#bash.exitCode === null && this.#bash.signalCode === null) return false;
    throw new Error(`the shell has ended: ${this.#written()}`);
  }

  #end(): RegExpExecArray | null {
    return new RegExp(`^(\\d+) ${this.#lines}$`, 'm').exec(this.#said);
  }

  #written(): string {
    const { out, err } = this.#files();
    return [out, err].map((file) => readIfThere(file)).join('');
  }

  #files(): { readonly out: string; readonly err: string } {
    const file = (name: string): string => this.#scratch.file(`${name}-${this.#lines}`);
    return { out: file('out'), err: file('err') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bash.stdin?.end();
    const { pid = 0 } = this.#bash;
    // A line that hangs would keep it.
    const children = readIfThere(`/proc/${pid}/task/${pid}/children`).trim();
    for (const child of children === '' ? [] : children.split(' ')) killIfThere(-Number(child));
    killIfThere(pid);
    await this.#closed;
    await this.#scratch[Symbol.asyncDispose]();
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
