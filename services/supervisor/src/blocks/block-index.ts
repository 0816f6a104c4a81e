import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isFresh } from '../outcomes.ts';
import { outcome, type Outcome } from '../unikernels/store.ts';
import { Turns } from '../turns.ts';

/** `_` stands in no name, so a file that is called by one is not the index. */
export const BLOCK_INDEX_FILE = '_index.json';

/** Outcomes that survive a restart: the index is written as a whole at every change. */
export const BLOCK_OUTCOMES_MAX = 1000;

const name = z.string().transform(parseUnikernelName);
const draft = z.string().regex(/^\.new_[0-9a-f]{32}$/);

/**
 * What follows from the index and may not have been done yet. `make` and `replace`: the draft becomes the
 * device's file; once there is no draft any more, it has. `remove`: the file goes.
 */
const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('make'), name, draft }),
  z.strictObject({ kind: z.literal('replace'), name, draft }),
  z.strictObject({ kind: z.literal('remove'), name }),
]);

export type BlockStep = z.output<typeof step>;

const content = z.strictObject({
  version: z.literal(1),
  devices: z.array(z.strictObject({ name, sizeMib: z.number().int().positive() })),
  pending: z.array(step),
  outcomes: z.array(outcome),
});

export interface BlockIndexContent {
  /** Sizes in MiB. */
  readonly devices: ReadonlyMap<UnikernelName, number>;
  readonly pending: readonly BlockStep[];
  readonly outcomes: readonly Outcome[];
}

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

  /** One that cannot be read is put aside and told to `onDamaged`; then it is empty. */
  async load(onDamaged: (file: string, error: unknown) => void): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8').catch(missing);
      if (text === null) return;
      const { devices, pending, outcomes } = content.parse(JSON.parse(text));
      const sizes = new Map(devices.map((one) => [one.name, one.sizeMib]));
      this.#content = { devices: sizes, pending, outcomes };
    } catch (error) {
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
    await writeFileAtomically(this.#path, textOf(content));
  }

  /** A write may have failed after the new file was in its place. Tells whether the old one certainly is. */
  async #putBack(before: BlockIndexContent): Promise<boolean> {
    try {
      const there = await readFile(this.#path, 'utf8').catch(missing);
      if (there === null && before === NOTHING) return true;
      if (there !== textOf(before)) await this.write(before);
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

function textOf({ devices, pending, outcomes }: BlockIndexContent): string {
  const list = [...devices].map(([name, sizeMib]) => ({ name, sizeMib }));
  return `${JSON.stringify({ version: 1, devices: list, pending, outcomes }, null, 2)}\n`;
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
