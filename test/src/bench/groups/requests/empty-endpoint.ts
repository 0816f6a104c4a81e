import { fileURLToPath } from 'node:url';
import type { Program } from '../../../harness/program.ts';
import type { RunningSystem } from '../../../harness/running-system.ts';

const MAIN = fileURLToPath(new URL('empty-main.ts', import.meta.url));

/** A process beside a system's own, on the same bus, that answers as little as can be answered. */
export class EmptyEndpoint implements AsyncDisposable {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(system: RunningSystem): Promise<EmptyEndpoint> {
    const command = [process.execPath, '--import', 'tsx', MAIN, system.dir];
    const program = system.startBeside(['setpriv', '--pdeathsig', 'TERM', '--', ...command]);
    const self = new EmptyEndpoint(program);
    try {
      await program.untilSays(/^ready/m);
      return self;
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.signal('SIGTERM');
    await this.#program.ended();
  }
}
