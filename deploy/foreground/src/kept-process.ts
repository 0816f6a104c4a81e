import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface KeptProcessOptions {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** Holds its process id while it runs. */
  readonly pidFile: string;
  readonly say: (text: string) => void;
  /** All that it, and whatever it starts, can ever have, in setpriv's words; without, what we have. */
  readonly capabilities?: readonly string[];
  /** How long it may take to end before it is killed. */
  readonly stopDeadlineMs?: number;
}

const RESTART_FIRST_MS = 250;
export const RESTART_MAX_MS = 5_000;
/** After running that long, a process that dies is started again as soon as the first time. */
const HEALTHY_MS = 10_000;
export const PROCESS_STOP_DEADLINE_MS = 12_000;

/** A process that is started again whenever it dies, as systemd would, until it is told to stop. */
export class KeptProcess implements AsyncDisposable {
  readonly #options: KeptProcessOptions;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #child: ChildProcess | null = null;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
    this.#over = this.#keep();
  }

  async #keep(): Promise<void> {
    let delayMs = RESTART_FIRST_MS;
    while (!this.#stop.signal.aborted) {
      const startedAt = Date.now();
      const how = await this.#runOnce();
      if (this.#stop.signal.aborted) break;
      delayMs = Date.now() - startedAt > HEALTHY_MS ? RESTART_FIRST_MS : delayMs;
      this.#options.say(`${this.#options.name} ended (${how}); starting it again in ${delayMs} ms`);
      await sleep(delayMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      delayMs = Math.min(RESTART_MAX_MS, delayMs * 2);
    }
  }

  /**
   * In a session of its own, so that Ctrl-C in our terminal reaches only us; and told to end by the kernel
   * should we be killed.
   */
  async #runOnce(): Promise<string> {
    const { command, env, pidFile, capabilities } = this.#options;
    const bounds = capabilities === undefined ? [] : boundedBy(capabilities);
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...bounds, '--', ...command], {
      detached: true,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child = child;
    try {
      const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      if (child.pid !== undefined) await this.#tellPid(child.pid);
      const [status, signal] = await exit;
      return signal === null ? `status ${status}` : signal;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      this.#child = null;
      await rm(pidFile, { force: true }).catch(() => undefined);
    }
  }

  /** A disk that is full must not make us lose sight of what we started. */
  async #tellPid(pid: number): Promise<void> {
    const { name, pidFile, say } = this.#options;
    try {
      await writeFile(pidFile, `${pid}\n`);
    } catch (error) {
      say(`${name} runs as process ${pid}, which cannot be written down: ${String(error)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#child?.kill('SIGTERM');
    const deadlineMs = this.#options.stopDeadlineMs ?? PROCESS_STOP_DEADLINE_MS;
    const kill = setTimeout(() => this.#child?.kill('SIGKILL'), deadlineMs);
    await this.#over;
    clearTimeout(kill);
  }
}

/** Root is given, with each program it executes, all that is in the bounding set. */
function boundedBy(capabilities: readonly string[]): readonly string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  return [`--bounding-set=${set}`, '--inh-caps=-all'];
}
