import { LOADER } from '@albatross/shared/runtime/testing/loader';
import { fileURLToPath } from 'node:url';
import type { Program } from '../harness/program.ts';
import type { Ground } from './ground.ts';

const PROGRAM = fileURLToPath(new URL('./builds-program.ts', import.meta.url));

/** A server of builds beside a running system, in its network. */
export class RunningBuilds implements AsyncDisposable {
  /** As `--http-host` takes it. */
  readonly url: string;
  readonly #program: Program;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  /** With two builds of which the images are in these files. */
  static async start(ground: Ground, running: string, latest: string): Promise<RunningBuilds> {
    const images = [ground.file(running), ground.file(latest)];
    const command = [process.execPath, ...LOADER, PROGRAM, ...images];
    const program = ground.system.startBeside(command);
    await program.untilSays(/\n/);
    return new RunningBuilds(program, program.stdout.trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.signal('SIGTERM');
    await this.#program.ended();
  }
}
