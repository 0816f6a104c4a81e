import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileC } from '../../compile-c.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** What writes, reads and follows at more than the speed of what is measured; there until it is disposed of. */
export class Programs implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects when there is no compiler. */
  static async compile(): Promise<Programs> {
    const self = new Programs(await mkdtemp(join(tmpdir(), 'albatross-bench-consoles-')));
    try {
      for (const name of ['press', 'drop', 'follower'] as const)
        await compileC(join(HERE, `${name}.c`), self.path(name));
      return self;
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
  }

  path(name: 'press' | 'drop' | 'follower'): string {
    return join(this.#folder, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
