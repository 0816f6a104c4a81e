import { Failure } from '@albatross/shared/contracts/failures';
import type { LifeName } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';

/** A block device of ours by its name, a ZFS volume by its path. */
export type BlockKey = string;

/** A unikernel has a device for itself, and so has whoever changes it; readers share it. */
export type BlockUse =
  | { readonly kind: 'unikernel'; readonly owner: UnikernelName }
  | { readonly kind: 'change'; readonly what: 'written' | 'removed' }
  | { readonly kind: 'reading'; readonly readers: number }
  /** A life that is no unikernel's any more has it open still. */
  | { readonly kind: 'life'; readonly life: LifeName };

type LetGo = () => void;

/** Who uses which block device. Everything happens at once, so that two can never have the same. */
export class BlockUses {
  readonly #uses = new Map<BlockKey, BlockUse>();

  of(key: BlockKey): BlockUse | null {
    return this.#uses.get(key) ?? null;
  }

  /** All of them or none, beside those the owner has already. Throws a `Failure` `BLOCK_IN_USE`. */
  claim(owner: UnikernelName, keys: readonly BlockKey[]): void {
    for (const [index, key] of keys.entries()) {
      const use = this.of(key);
      const isOurs = use === null || (use.kind === 'unikernel' && use.owner === owner);
      if (!isOurs) throw inUse(key, use);
      if (keys.indexOf(key) !== index) {
        throw new Failure('BLOCK_IN_USE', `${owner} was given the block device ${key} twice`, {
          name: key,
        });
      }
    }
    for (const key of keys) this.#uses.set(key, { kind: 'unikernel', owner });
  }

  /** From now on it has exactly these. Throws as `claim`, and then nothing has changed. */
  keep(owner: UnikernelName, keys: readonly BlockKey[]): void {
    this.claim(owner, keys);
    for (const [key, use] of this.#uses) {
      if (use.kind === 'unikernel' && use.owner === owner && !keys.includes(key))
        this.#uses.delete(key);
    }
  }

  release(owner: UnikernelName): void {
    this.keep(owner, []);
  }

  /** What is free of these. */
  hold(life: LifeName, keys: readonly BlockKey[]): void {
    for (const key of keys) {
      if (!this.#uses.has(key)) this.#uses.set(key, { kind: 'life', life });
    }
  }

  letGo(life: LifeName): void {
    for (const [key, use] of this.#uses) {
      if (use.kind === 'life' && use.life === life) this.#uses.delete(key);
    }
  }

  /** Throws a `Failure` `BLOCK_IN_USE`. */
  change(key: BlockKey, what: 'written' | 'removed'): LetGo {
    this.requireFree(key);
    this.#uses.set(key, { kind: 'change', what });
    return onlyOnce(() => void this.#uses.delete(key));
  }

  /** Throws a `Failure` `BLOCK_IN_USE`. */
  read(key: BlockKey): LetGo {
    const use = this.of(key);
    if (use !== null && use.kind !== 'reading') throw inUse(key, use);
    this.#setReaders(key, 1);
    return onlyOnce(() => this.#setReaders(key, -1));
  }

  /** Throws a `Failure` `BLOCK_IN_USE`. */
  requireFree(key: BlockKey): void {
    const use = this.of(key);
    if (use !== null) throw inUse(key, use);
  }

  #setReaders(key: BlockKey, change: 1 | -1): void {
    const use = this.of(key);
    const readers = (use?.kind === 'reading' ? use.readers : 0) + change;
    if (readers > 0) this.#uses.set(key, { kind: 'reading', readers });
    else this.#uses.delete(key);
  }
}

function inUse(key: BlockKey, use: BlockUse): Failure {
  const details = { name: key, usedBy: use.kind === 'unikernel' ? use.owner : null };
  return new Failure('BLOCK_IN_USE', `the block device ${key} is ${describe(use)}`, details);
}

function describe(use: BlockUse): string {
  switch (use.kind) {
    case 'unikernel':
      return `used by the unikernel ${use.owner}`;
    case 'change':
      return `being ${use.what}`;
    case 'reading':
      return `being read`;
    case 'life':
      return `open in ${use.life}, which has not ended yet`;
  }
}

function onlyOnce(act: () => void): LetGo {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
