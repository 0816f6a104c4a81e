import type { UnikernelName } from '@albatross/shared/domain/name';
import type { FileHandle } from 'node:fs/promises';
import { BlockFiles } from '../blocks/block-files.ts';
import type { BlockIndexContent } from '@albatross/shared/contracts/stored-blocks';
import { BlockIndex } from '../blocks/block-index.ts';
import type { Faults } from './faults.ts';

export class FaultyBlockIndex extends BlockIndex {
  readonly #faults: Faults;

  constructor(folder: string, faults: Faults) {
    super(folder, Date.now);
    this.#faults = faults;
  }

  protected override async write(content: BlockIndexContent): Promise<void> {
    await this.#faults.pass('before write index');
    await super.write(content);
    await this.#faults.pass('after write index');
  }
}

export class FaultyBlockFiles extends BlockFiles implements AsyncDisposable {
  readonly #faults: Faults;
  readonly #opened: FileHandle[] = [];

  constructor(state: string, faults: Faults) {
    super(state);
    this.#faults = faults;
  }

  override async makeDraft(
    name: UnikernelName,
    sizeMib: number,
    fill?: (file: FileHandle) => Promise<void>,
  ): Promise<string> {
    await this.#faults.pass('before write draft');
    return await super.makeDraft(name, sizeMib, async (file) => {
      this.#opened.push(file);
      await fill?.(file);
      await this.#faults.pass('during write draft');
    });
  }

  override async place(draft: string, name: UnikernelName): Promise<void> {
    await this.#faults.pass('before place');
    await super.place(draft, name);
    await this.#faults.pass('after place');
  }

  override async remove(name: UnikernelName): Promise<void> {
    await this.#faults.pass('before remove');
    await super.remove(name);
    await this.#faults.pass('after remove');
  }

  /** What a process that was killed never closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#opened) await file.close();
  }
}
