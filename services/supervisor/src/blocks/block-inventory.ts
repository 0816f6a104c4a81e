import {
  BLOCKS_PER_PAGE_MAX,
  type BlockEntry,
  type listBlocks,
} from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { isPathName, isWithin, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { BlockShare } from '@albatross/shared/domain/policy';

/** A block device that there is. */
export interface Device {
  readonly sizeMib: number;
  /** Why it cannot be used; null when it can. */
  readonly fault: string | null;
}

/** All block devices there are, and those that are being made, by name. */
export class BlockInventory {
  readonly #devices = new Map<UnikernelName, Device>();
  readonly #coming = new Map<UnikernelName, number>();

  find(name: UnikernelName): Device | null {
    return this.#devices.get(name) ?? null;
  }

  /** Throws a `Failure`. */
  get(name: UnikernelName): Device {
    const device = this.find(name);
    if (device !== null) return device;
    throw new Failure('BLOCK_NOT_FOUND', `there is no block device ${name}`, { name });
  }

  /** Throws a `Failure`. */
  usable(name: UnikernelName): Device {
    const device = this.get(name);
    const { fault } = device;
    if (fault === null) return device;
    const message = `the block device ${name} cannot be used: ${fault}`;
    throw new Failure('BLOCK_NOT_FOUND', message, { name, fault });
  }

  put(name: UnikernelName, device: Device | null): void {
    if (device === null) this.#devices.delete(name);
    else this.#devices.set(name, device);
  }

  /** Reserves name and share, if `admit` lets it. Throws a `Failure`. */
  expect({ name, sizeMib }: BlockShare, admit: (share: BlockShare) => void): void {
    if (this.#devices.has(name) || this.#coming.has(name)) {
      throw new Failure('BLOCK_EXISTS', `there is a block device ${name} already`, { name });
    }
    admit({ name, sizeMib });
    this.#coming.set(name, sizeMib);
  }

  /** It is there now, or will not be. */
  expectNoMore(name: UnikernelName): void {
    this.#coming.delete(name);
  }

  shares(): readonly BlockShare[] {
    const there = [...this.#devices].map(([name, { sizeMib }]) => ({ name, sizeMib }));
    const coming = [...this.#coming].filter(([name]) => !this.#devices.has(name));
    return [...there, ...coming.map(([name, sizeMib]) => ({ name, sizeMib }))];
  }

  list(
    { name, after }: RequestOf<typeof listBlocks>,
    userOf: (name: UnikernelName) => UnikernelName | null,
  ): ReplyOf<typeof listBlocks> {
    const names = [...this.#devices.keys()]
      .filter((one) => isAtOrBelow(one, name) && (after === undefined || one > after))
      .toSorted();
    const page = names.slice(0, BLOCKS_PER_PAGE_MAX);
    const next = names.length > page.length ? (page.at(-1) ?? null) : null;
    const entry = (one: UnikernelName): BlockEntry => {
      const { sizeMib, fault } = this.get(one);
      return { name: one, sizeMib, fault, usedBy: userOf(one) };
    };
    return { blocks: page.map(entry), next };
  }
}

function isAtOrBelow(one: UnikernelName, name: Name): boolean {
  return isPathName(name) ? isWithin(one, name) : one === name;
}
