import {
  BLOCK_INDEX_FILE,
  parseBlockIndex,
  serializeBlockIndex,
  type BlockIndexContent,
} from '@albatross/shared/contracts/stored-blocks';
import { NewerFormat } from '@albatross/shared/contracts/stored-version';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { newerFile } from '../newer-file.ts';
import { isFresh } from '../outcomes.ts';
import { Turns } from '../turns.ts';

/** Outcomes that survive a restart: the index is written as a whole at every change. */
export const BLOCK_OUTCOMES_MAX = 1000;

const NOTHING: BlockIndexContent = { devices: new Map(), pending: [], outcomes: [] };

type Edit = (content: BlockIndexContent) => BlockIndexContent;

/** Which block devices there are: one JSON file beside theirs. Writing it is what makes a change happen. */
export class BlockIndex {
  readonly #path: string;
  readonly #now: () => number;
  readonly #turns = new Turns<'index'>();
  #content: BlockIndexContent = NOTHING;
  #isCertain = true;

  constructor(folder: string, now: () => number) {
    this.#path = join(folder, BLOCK_INDEX_FILE);
    this.#now = now;
  }

  get content(): BlockIndexContent {
    return this.#content;
  }

  /** False when a change failed and may stand on the disk all the same. */
  get isCertain(): boolean {
    return this.#isCertain;
  }

  /**
   * One that cannot be read is put aside and told to `onDamaged`; then it is empty. Throws `StartError` for
   * one that a newer version wrote.
   */
  async load(onDamaged: (file: string, error: unknown) => void): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8').catch(missing);
      if (text === null) return;
      this.#content = parseBlockIndex(text);
    } catch (error) {
      if (error instanceof NewerFormat) throw newerFile(this.#path, error);
      onDamaged(this.#path, error);
      await rename(this.#path, `${this.#path}.damaged`).catch(() => undefined);
    }
  }

  /** Changes happen one after the other, each on what the one before left; one that fails changes nothing. */
  async change(edit: Edit): Promise<void> {
    await this.#turns.take('index', async () => {
      const before = this.#content;
      const after = this.#tidied(edit(before));
      try {
        await this.write(after);
      } catch (error) {
        this.#isCertain = await this.#putBack(before);
        throw error;
      }
      this.#isCertain = true;
      this.#content = after;
    });
  }

  protected async write(content: BlockIndexContent): Promise<void> {
    await writeFileAtomically(this.#path, serializeBlockIndex(content));
  }

  /** A write may have failed after the new file was in its place. Tells whether the old one certainly is. */
  async #putBack(before: BlockIndexContent): Promise<boolean> {
    try {
      const there = await readFile(this.#path, 'utf8').catch(missing);
      if (there === null && before === NOTHING) return true;
      if (there !== serializeBlockIndex(before)) await this.write(before);
      return true;
    } catch {
      return false;
    }
  }

  #tidied(content: BlockIndexContent): BlockIndexContent {
    const now = this.#now();
    const fresh = content.outcomes.filter((one) => isFresh(one, now));
    return { ...content, outcomes: fresh.slice(-BLOCK_OUTCOMES_MAX) };
  }
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
