import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from '../unikernels/store.ts';

/** Records on a disk without room, or on one that is slow. */
export class TinyStore extends Store {
  isFull = false;
  /** Writes wait for it. */
  gate: Promise<void> = Promise.resolve();
  /** Writes that wait. */
  waiting = 0;

  override async write(stored: StoredRecord): Promise<void> {
    if (this.isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    this.waiting += 1;
    await this.gate;
    this.waiting -= 1;
    await super.write(stored);
  }
}
