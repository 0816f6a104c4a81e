import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { Kernel } from '../kernel/kernel.ts';
import { identify, type ProcessIdentity } from '../kernel/process-reader.ts';

/** A real process that sleeps; ended with the test at the latest. */
export class Sleeper {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit');
  }

  static async start(t: TestContext): Promise<Sleeper> {
    const self = new Sleeper(spawn('sleep', ['1000'], { stdio: 'ignore' }));
    t.after(async () => await self.end());
    await once(self.#child, 'spawn');
    return self;
  }

  get pid(): number {
    return this.#child.pid ?? assert.fail('it was not started');
  }

  identity(kernel: Kernel): ProcessIdentity {
    return identify(this.pid, kernel) ?? assert.fail('it is gone');
  }

  /** Kills it, and waits until nothing of it is left. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
