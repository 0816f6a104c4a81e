import type { LifeRecord } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { FakeHost } from '../host/fake-host.ts';
import type { StartPlan } from '../host/host.ts';
import { Images } from '../images.ts';
import { Store, type StoredRecord } from '../store.ts';

/**
 * What happens at a place, before or after something was done there: it fails once; it fails because the
 * disk is full, and from then on takes no write; or the process is killed, and it never comes back.
 */
export type Fault = 'once' | 'full' | 'death';

/** One fault at one of the places that an operation passes, counted from 0. */
export class Faults {
  #fault: Fault | null = null;
  #at = 0;
  #passed = 0;
  /** Where it happened. */
  happened: string | null = null;
  #onDeath: () => void = () => undefined;
  died: Promise<void> = Promise.resolve();

  /** From now on places are counted. */
  plan(fault: Fault, at: number): void {
    this.#fault = fault;
    this.#at = at;
    this.#passed = 0;
    this.died = new Promise((resolve) => {
      this.#onDeath = resolve;
    });
  }

  none(): void {
    this.#fault = null;
  }

  async pass(place: string): Promise<void> {
    if (this.#fault === null) return;
    const isHere = this.#passed === this.#at;
    const isStillFull = this.#fault === 'full' && this.happened !== null;
    this.#passed += 1;
    if (!isHere && !(isStillFull && place.startsWith('before write'))) return;
    this.happened ??= place;
    if (this.#fault === 'once') throw Object.assign(new Error(place), { code: 'EIO' });
    if (this.#fault === 'full') {
      // What was written had room.
      if (place.startsWith('after write')) return;
      throw Object.assign(new Error(place), { code: 'ENOSPC' });
    }
    this.#onDeath();
    await new Promise(() => undefined);
  }
}

export class FaultyStore extends Store {
  readonly #faults: Faults;

  constructor(state: string, faults: Faults) {
    super(state);
    this.#faults = faults;
  }

  override async write(stored: StoredRecord): Promise<void> {
    await this.#faults.pass(`before write ${stored.desire.kind}`);
    await super.write(stored);
    await this.#faults.pass(`after write ${stored.desire.kind}`);
  }

  override async remove(name: UnikernelName): Promise<void> {
    await this.#faults.pass('before remove');
    await super.remove(name);
    await this.#faults.pass('after remove');
  }
}

export class FaultyImages extends Images {
  readonly #faults: Faults;

  constructor(state: string, faults: Faults) {
    super(state);
    this.#faults = faults;
  }

  override async adopt(file: string, digest: string): Promise<void> {
    await this.#faults.pass('before adopt');
    await super.adopt(file, digest);
    try {
      await this.#faults.pass('after adopt');
    } catch (error) {
      await super.release(digest);
      throw error;
    }
  }
}

export class FaultyHost extends FakeHost {
  readonly #faults: Faults;

  constructor(faults: Faults) {
    super({ memoryMib: 100 });
    this.#faults = faults;
  }

  override async startLife(plan: StartPlan): Promise<LifeRecord> {
    await this.#faults.pass('before start');
    const record = await super.startLife(plan);
    try {
      await this.#faults.pass('after start');
    } catch (error) {
      this.signal(record, 'SIGKILL');
      await this.removeLife(plan.life);
      throw error;
    }
    return record;
  }
}
