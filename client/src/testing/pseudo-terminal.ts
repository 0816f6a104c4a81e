import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { once } from 'node:events';

/** Why there is no pseudo terminal here; false when there is. */
export function noPseudoTerminal(): string | false {
  const { error } = spawnSync('script', ['--version']);
  return error === undefined
    ? false
    : 'there is no script (Debian: bsdutils), which has a pseudo terminal';
}

/** A program on a terminal of its own, and what became of that terminal. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #script: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown[]>;
  /** Everything that was written to the terminal. */
  output = '';

  private constructor(script: ChildProcessWithoutNullStreams) {
    this.#script = script;
    this.#closed = once(script, 'close');
    script.stdout.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  /** Neither `words` nor values in `env` may need quoting. */
  static start(words: readonly string[], env: Readonly<Record<string, string>>): PseudoTerminal {
    const variables = Object.entries({ TERM: 'xterm', LANG: 'C.UTF-8', ...env });
    const line = [
      'unset NO_COLOR LC_ALL LC_CTYPE',
      `export ${variables.map(([name, value]) => `${name}=${value}`).join(' ')}`,
      'stty cols 100 rows 20',
      'echo before $(stty -g) $(tty)',
      `sh -c 'echo pid $$; exec ${words.join(' ')}'`,
      'echo status $?',
      'echo after $(stty -g)',
    ].join('; ');
    const script = spawn('env', ['SHELL=/bin/sh', 'script', '-qec', line, '/dev/null']);
    return new PseudoTerminal(script);
  }

  /** Waits for what is written behind all that was seen before. */
  async until(text: string, from = 0): Promise<void> {
    await eventually(
      `${JSON.stringify(text)} is shown`,
      () => this.output.slice(from).includes(text),
      30_000,
    );
  }

  type(keys: string): void {
    this.#script.stdin.write(keys);
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(Number(this.#word(/pid (\d+)/)), signal);
  }

  resize(columns: number, rows: number): void {
    const terminal = this.#word(/before \S+ (\S+)/);
    execFileSync('stty', ['-F', terminal, 'cols', String(columns), 'rows', String(rows)]);
  }

  /** The program's exit status, and whether the terminal has the modes that it had before. */
  async end(): Promise<{ readonly status: number; readonly isRestored: boolean }> {
    await this.#closed;
    return {
      status: Number(this.#word(/status (\d+)/)),
      isRestored: this.#word(/before (\S+)/) === this.#word(/after (\S+)/),
    };
  }

  #word(pattern: RegExp): string {
    return pattern.exec(this.output)?.[1] ?? assert.fail(`no ${pattern} in ${this.output}`);
  }

  /** A terminal that is gone takes its programs with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#script.kill('SIGKILL');
    await this.#closed;
  }
}
