import { Failure } from '@albatross/shared/contracts/failures';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure } from '../disk.ts';

/** Numbers set aside with one write; a restart skips what is left of them. */
const BLOCK = 1000;

/** The host's counter of lives. It is never set back, so a life's name is never used twice. */
export class LifeNumbers {
  readonly #file: string;
  #next = 1;
  #end = 1;
  #reserving: Promise<void> | null = null;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, 'life-counter');
  }

  /** `used`: the highest number seen in use, in case the file was lost. */
  async prepare(used: number): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '1');
    const stored = Number.parseInt(text, 10);
    this.#next = Math.max(Number.isSafeInteger(stored) ? stored : 1, used + 1);
    this.#end = this.#next;
  }

  async take(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#reserving ??= this.#reserve().finally(() => {
        this.#reserving = null;
      });
      await this.#reserving;
    }
    this.#next += 1;
    return this.#next - 1;
  }

  /** What must run must run on a full disk too: then numbers go on at the clock, where none was before. */
  async #reserve(): Promise<void> {
    const end = this.#next + BLOCK;
    try {
      await writeFileAtomically(this.#file, `${end}\n`);
      this.#end = end;
    } catch (error) {
      if (!(diskFailure(error) instanceof Failure)) throw error;
      this.#next = Math.max(this.#next, Date.now());
      this.#end = this.#next + 1;
    }
  }
}
