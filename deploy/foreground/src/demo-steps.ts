import { StartError } from '@albatross/shared/runtime/run';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLIENT = fileURLToPath(new URL('../../../client/bin/albatross.mjs', import.meta.url));
export const STEP_DEADLINE_MS = 30_000;

/** Commands as a user would type them, shown with what they print. */
export class DemoSteps {
  readonly #env: NodeJS.ProcessEnv;
  readonly #stop: AbortSignal | undefined;

  constructor(
    { dir, env }: { readonly dir: string; readonly env: NodeJS.ProcessEnv },
    stop?: AbortSignal,
  ) {
    this.#env = { ...env, ALBATROSS_DIR: dir };
    this.#stop = stop;
  }

  async run(...args: readonly string[]): Promise<void> {
    const status = await this.#untilExit(this.#spawn(args, 'inherit'), args);
    if (status !== 0)
      throw new StartError(`albatross ${args.join(' ')} failed with status ${status}`);
  }

  /** Ends the command as Ctrl-C would once a line ends in `last`. */
  async runUntil(last: string, ...args: readonly string[]): Promise<void> {
    const child = this.#spawn(args, 'pipe');
    let isSeen = false;
    let tail = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      tail += chunk.toString();
      if (!tail.includes(`${last}\n`)) return;
      isSeen = true;
      child.kill('SIGINT');
    });
    await this.#untilExit(child, args);
    if (!isSeen) throw new StartError(`"${last}" did not appear on the console`);
  }

  async #untilExit(
    child: ReturnType<typeof spawn>,
    args: readonly string[],
  ): Promise<number | null> {
    try {
      const [status] = (await once(child, 'exit')) as [number | null];
      return status;
    } catch (error) {
      this.#stop?.throwIfAborted();
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
      throw new StartError(
        `albatross ${args.join(' ')} did not end within ${STEP_DEADLINE_MS / 1000} s`,
      );
    }
  }

  #spawn(args: readonly string[], stdout: 'inherit' | 'pipe'): ReturnType<typeof spawn> {
    process.stdout.write(`\n$ albatross ${args.join(' ')}\n`);
    const over = new AbortController();
    setTimeout(() => over.abort(), STEP_DEADLINE_MS).unref();
    this.#stop?.addEventListener('abort', () => over.abort(), { once: true });
    return spawn(process.execPath, [CLIENT, ...args], {
      env: this.#env,
      stdio: ['ignore', stdout, 'inherit'],
      signal: over.signal,
    });
  }
}
