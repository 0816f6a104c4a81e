import { helloImage } from '../../../../../examples/hello/src/index.ts';
import type { Administrator } from '../../../harness/administrator.ts';
import { createMany, destroyMany, manyNames } from '../../../harness/many.ts';
import type { RunningSystem } from '../../../harness/running-system.ts';

/** What is created between two looks at whether somebody wants us to end. */
const PART = 100;

/** Unikernels that do nothing and become more. */
export class GrowingCrowd implements AsyncDisposable {
  readonly #administrator: Administrator;
  readonly #names: readonly string[];
  #count = 0;

  private constructor(administrator: Administrator, names: readonly string[]) {
    this.#administrator = administrator;
    this.#names = names;
  }

  static async in(system: RunningSystem, most: number): Promise<GrowingCrowd> {
    return new GrowingCrowd(await system.administrator(), manyNames(most));
  }

  /** Those there are. */
  get names(): readonly string[] {
    return this.#names.slice(0, this.#count);
  }

  /** Resolves when there are so many; no more are begun when `stop` is aborted, for which it rejects. */
  async growTo(count: number, stop: AbortSignal): Promise<void> {
    while (this.#count < count) {
      stop.throwIfAborted();
      const next = Math.min(count, this.#count + PART);
      const names = this.#names.slice(this.#count, next);
      await createMany(this.#administrator, names, helloImage('spt'));
      this.#count = next;
    }
  }

  /** Also those of a part that failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = await this.#administrator.list();
    await destroyMany(
      this.#administrator,
      all.map(({ name }) => name),
    );
  }
}
