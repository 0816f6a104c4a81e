import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env } from 'node:process';

/** Where Debian has nats-server, and an ordinary user's PATH does not lead. */
const SBIN = '/usr/sbin:/sbin';

/** A program that runs until it is disposed of, or we are gone. */
export class BackgroundProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;

  constructor(command: readonly string[], variables: Readonly<Record<string, string>>) {
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
      env: { PATH: `${env['PATH'] ?? ''}:${SBIN}`, ALBATROSS_LOG_LEVEL: 'warn', ...variables },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child.on('error', () => undefined);
    this.pid = this.#child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
