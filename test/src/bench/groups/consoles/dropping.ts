import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { makeFifos } from './console-alone.ts';
import { Press } from './press.ts';
import type { Programs } from './programs.ts';
import { Receiver } from './receiver.ts';

/** The bare limit: fifos of which a small C program drops what it reads, and a press as console has it. */
export class Dropping implements AsyncDisposable {
  readonly press: Press;
  readonly receiver: Receiver;
  readonly #scope: Scope;

  private constructor(scope: Scope, press: Press, receiver: Receiver) {
    this.#scope = scope;
    this.press = press;
    this.receiver = receiver;
  }

  /** `isLooking`: at each line, for when it was written. */
  static async start(programs: Programs, count: number, isLooking: boolean): Promise<Dropping> {
    const scope = new Scope();
    try {
      const folder = scope.use(await TemporaryFolder.make());
      const fifos = Array.from({ length: count }, (_, n) => folder.file(`fifo${n}`));
      await makeFifos(fifos);
      const press = scope.use(await Press.start(programs, fifos));
      const receiver = scope.use(await Receiver.dropping(programs, fifos, isLooking));
      return new Dropping(scope, press, receiver);
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}
