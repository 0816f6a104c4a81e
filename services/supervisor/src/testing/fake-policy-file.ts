import { deferred } from '@albatross/shared/bus/deferred';
import type { PolicyState } from '@albatross/shared/contracts/stored-policies';
import { NO_POLICIES, PolicyFile } from '../policies/policy-file.ts';

/** How a write ends: done; failed, with what stood there before; failed, but only after it had replaced that. */
export type WriteEnd = 'done' | 'failed' | 'failed late';

/** A file in memory. Writes wait until a test says how they end; those of a dead process never do. */
export class FakePolicyFile extends PolicyFile {
  content: PolicyState = NO_POLICIES;
  #waiting: ((end: WriteEnd) => void)[] = [];

  constructor() {
    super('/nowhere');
  }

  get writes(): number {
    return this.#waiting.length;
  }

  /** Ends the oldest write; false when none is under way. */
  end(how: WriteEnd): boolean {
    const write = this.#waiting.shift();
    write?.(how);
    return write !== undefined;
  }

  die(): void {
    this.#waiting = [];
  }

  override async read(): Promise<PolicyState> {
    return this.content;
  }

  override async write(state: PolicyState): Promise<void> {
    const gate = deferred();
    let end: WriteEnd = 'done';
    this.#waiting.push((how) => {
      end = how;
      if (how !== 'failed') this.content = state;
      gate.resolve();
    });
    await gate.promise;
    if (end !== 'done') throw Object.assign(new Error(end), { code: 'ENOSPC' });
  }

  override async holds(state: PolicyState): Promise<boolean> {
    return this.content === state;
  }
}

/** Everything that needs no disk has been done. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
