import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How console answered while others kept it busy. */
export interface Answers {
  readonly asked: number;
  /** Codes. */
  readonly failures: readonly string[];
  readonly longestMs: number;
}

const ASKER = fileURLToPath(new URL('asker.ts', import.meta.url));

/** Questions for histories, asked by a process of its own. */
export class Questions implements AsyncDisposable {
  readonly #child: ChildProcess;

  /** `dir`: the system's. */
  constructor(dir: string, names: readonly string[]) {
    this.#child = fork(ASKER, [dir, ...names]);
  }

  /** Ends the asking. Fails when it came to an end before. */
  async stop(): Promise<Answers> {
    const answered = once(this.#child, 'message');
    const ended = once(this.#child, 'exit').then(([status]) => {
      throw new Error(`who asks for histories ended with ${String(status)}`);
    });
    ended.catch(() => undefined);
    if (this.#child.connected) this.#child.send('stop');
    const [answers] = await Promise.race([answered, ended]);
    return answers as Answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
