import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A bridge of our own on this machine, at which nothing else is. */
export class BenchBridge implements AsyncDisposable {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Why there can be none here instead. */
  static async make(): Promise<BenchBridge | string> {
    const self = new BenchBridge(`bench${process.pid}`);
    try {
      await run('ip', ['link', 'add', 'name', self.name, 'type', 'bridge']);
      await run('ip', ['link', 'set', 'dev', self.name, 'up']);
      return self;
    } catch (error) {
      await self[Symbol.asyncDispose]().catch(() => undefined);
      return `there can be no bridge here: ${error instanceof Error ? error.message.trim() : ''}`;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('ip', ['link', 'del', 'dev', this.name]);
  }
}
