import { wireForm } from '@albatross/shared/domain/name';
import type { BlockFiles } from './block-files.ts';
import type { BlockIndexContent, BlockStep } from '@albatross/shared/contracts/stored-blocks';
import type { BlockIndex } from './block-index.ts';
import type { Outcome } from '@albatross/shared/contracts/stored-outcome';

interface Parts {
  readonly files: BlockFiles;
  readonly index: BlockIndex;
  /** Told of what nobody is answered. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * How block devices change: first the index says so, together with the request's outcome; then the file
 * follows; then the index says that it has. Whoever is killed in between has it done at the next start.
 */
export class BlockChanges {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Does a step, whose draft is then either placed or gone. When this throws, nothing has changed, unless
   * `isOpen` says that it is not certain. The size is null for a device that is removed.
   */
  async carryOut(step: BlockStep, sizeMib: number | null, outcome: Outcome): Promise<void> {
    const { files, index, onDefect } = this.#parts;
    const before = index.content.devices.get(step.name) ?? null;
    try {
      await index.change((content) => ({
        devices: withSize(content, step, sizeMib),
        pending: [...others(content, step), step],
        outcomes: [...content.outcomes, outcome],
      }));
    } catch (error) {
      if (step.kind !== 'remove' && index.isCertain) await files.discard(step.draft);
      throw error;
    }
    try {
      await follow(step, files);
    } catch (error) {
      // What has happened may not last; then it is done again at the next start.
      if (await hasHappened(step, files)) return onDefect(error);
      await this.#withdraw(step, before, outcome);
      throw error;
    }
    await this.#settle(step);
  }

  /** Whether a change of this device may still happen at the next start. */
  isOpen(step: Pick<BlockStep, 'name'>): boolean {
    const { index } = this.#parts;
    return !index.isCertain || index.content.pending.some(({ name }) => name === step.name);
  }

  async #settle(step: BlockStep): Promise<void> {
    const { index, onDefect } = this.#parts;
    await index
      .change((content) => ({ ...content, pending: others(content, step) }))
      .catch(onDefect);
  }

  async #withdraw(step: BlockStep, before: number | null, outcome: Outcome): Promise<void> {
    const { files, index, onDefect } = this.#parts;
    try {
      await index.change((content) => ({
        devices: withSize(content, step, before),
        pending: others(content, step),
        outcomes: content.outcomes.filter((one) => one !== outcome),
      }));
      if (step.kind !== 'remove') await files.discard(step.draft);
    } catch (error) {
      onDefect(error);
    }
  }
}

/** What a step says, as it is done at once, or at the next start. */
export async function follow(step: BlockStep, files: BlockFiles): Promise<void> {
  switch (step.kind) {
    case 'make':
    case 'replace':
      return await files.place(step.draft, step.name);
    case 'remove':
      return await files.remove(step.name);
  }
}

/** A removal always counts as done: the index has none of that name, and what is left goes later. */
async function hasHappened(step: BlockStep, files: BlockFiles): Promise<boolean> {
  if (step.kind === 'remove') return true;
  return !(await files.exists(step.draft)) && (await files.exists(wireForm(step.name)));
}

function withSize(
  { devices }: BlockIndexContent,
  { name }: BlockStep,
  sizeMib: number | null,
): BlockIndexContent['devices'] {
  const changed = new Map(devices);
  if (sizeMib === null) changed.delete(name);
  else changed.set(name, sizeMib);
  return changed;
}

function others({ pending }: BlockIndexContent, { name }: BlockStep): readonly BlockStep[] {
  return pending.filter((one) => one.name !== name);
}
