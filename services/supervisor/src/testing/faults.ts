import type { Life, LifeRecord } from '@albatross/shared/domain/life';
import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { draftOf } from '@albatross/shared/runtime/write-file';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure } from '../disk.ts';
import { FakeHost } from '../host/fake-host.ts';
import type { ObservedLife, StartPlan, TenderProcess } from '../host/host.ts';
import { Images } from '../blobs/images.ts';
import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from '../unikernels/store.ts';
import { Turns } from '../turns.ts';

/**
 * What happens at a place, before, in the middle of, or after something done there: it fails once; it fails
 * because the disk is full, and from then on takes no write; or the process is killed, and nothing that it
 * was about ever goes on.
 */
export type Fault = 'once' | 'full' | 'death';

/** One fault at one of the places that an operation passes, counted from 0. */
export class Faults {
  #fault: Fault | null = null;
  #at = 0;
  #passed = 0;
  /** Processes are numbered; those up to this one are dead. */
  #deadUpTo = 0;
  #process = 0;
  /** Where it happened. */
  happened: string | null = null;
  #onDeath: () => void = () => undefined;
  died: Promise<void> = Promise.resolve();

  /** From now on places are counted. */
  plan(fault: Fault, at: number): void {
    this.#fault = fault;
    this.#at = at;
    this.#passed = 0;
    this.happened = null;
    this.died = new Promise((resolve) => {
      this.#onDeath = resolve;
    });
  }

  none(): void {
    this.#fault = null;
  }

  /** The number of a process that begins now. */
  begin(): number {
    this.#process += 1;
    return this.#process;
  }

  async pass(place: string, process = this.#process): Promise<void> {
    this.#passAtOnce(place, process);
    if (process <= this.#deadUpTo) await new Promise(() => undefined);
  }

  readonly #onDisk = new Set<Promise<unknown>>();

  /** What the disk was told before its process died, it does; and what it was not told, it does not. */
  async onDisk(work: () => Promise<void>): Promise<void> {
    const done = work();
    this.#onDisk.add(done);
    await done.finally(() => this.#onDisk.delete(done));
  }

  /** Resolves when the disk has nothing to do. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#onDisk);
  }

  /** For what can only be kept from happening by the end of the process. */
  survives(place: string): boolean {
    try {
      this.#passAtOnce(place, this.#process);
    } catch {
      return true;
    }
    return this.#process > this.#deadUpTo;
  }

  #passAtOnce(place: string, process: number): void {
    if (process <= this.#deadUpTo || this.#fault === null) return;
    const isHere = this.#passed === this.#at;
    const isStillFull = this.#fault === 'full' && this.happened !== null;
    this.#passed += 1;
    if (!isHere && !(isStillFull && WRITES.test(place))) return;
    this.happened ??= place;
    if (this.#fault === 'once') throw Object.assign(new Error(place), { code: 'EIO' });
    if (this.#fault === 'full') {
      // Only writing takes room, and what was written had it; what a start needs is on another disk.
      if (!WRITES.test(place) && place !== 'before start') return;
      throw Object.assign(new Error(place), { code: 'ENOSPC' });
    }
    this.#deadUpTo = this.#process;
    this.#onDeath();
  }
}

const WRITES = /^(?:before|during) (?:write|adopt)/;

export class FaultyStore extends Store {
  readonly #faults: Faults;
  readonly #process: number;
  readonly #folder: string;
  /** As in the real one, what is asked for first is done first. */
  readonly #turns = new Turns<UnikernelName>();

  constructor(state: string, faults: Faults) {
    super(state);
    this.#faults = faults;
    this.#process = faults.begin();
    this.#folder = join(state, 'unikernels');
  }

  override async write(stored: StoredRecord): Promise<void> {
    await this.#turns.take(stored.name, async () => await this.#write(stored));
  }

  async #write(stored: StoredRecord): Promise<void> {
    const { kind } = stored.desire;
    await this.#pass(`before write ${kind}`);
    const folder = join(this.#folder, wireForm(stored.name));
    const draft = draftOf(join(folder, 'config'));
    await this.#faults.onDisk(async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(draft, '{"version":');
    });
    try {
      await this.#pass(`during write ${kind}`);
    } catch (error) {
      await rm(draft);
      throw error;
    }
    await this.#faults.onDisk(async () => await super.write(stored));
    await this.#pass(`after write ${kind}`);
  }

  override async remove(name: UnikernelName): Promise<void> {
    await this.#turns.take(name, async () => {
      await this.#pass('before remove');
      const config = join(this.#folder, wireForm(name), 'config');
      await this.#faults.onDisk(async () => await rm(config, { force: true }));
      await this.#pass('during remove');
      await this.#faults.onDisk(async () => await super.remove(name));
      await this.#pass('after remove');
    });
  }

  async #pass(place: string): Promise<void> {
    await this.#faults.pass(place, this.#process);
  }
}

export class FaultyImages extends Images {
  readonly #faults: Faults;

  constructor(state: string, faults: Faults) {
    super(state);
    this.#faults = faults;
  }

  override async adopt(file: string, digest: string): Promise<void> {
    await this.#pass('before adopt');
    await this.#faults.onDisk(async () => await super.adopt(file, digest));
    try {
      await this.#pass('after adopt');
    } catch (error) {
      await super.release(digest);
      throw error;
    }
  }

  async #pass(place: string): Promise<void> {
    await this.#faults.pass(place).catch((error: unknown) => {
      throw diskFailure(error);
    });
  }

  /** It never fails. */
  override async release(digest: string): Promise<void> {
    if (!this.#faults.survives('before release')) await new Promise(() => undefined);
    await this.#faults.onDisk(async () => await super.release(digest));
  }
}

export class FaultyHost extends FakeHost {
  readonly #faults: Faults;
  /** Starts that fail by themselves. */
  isFailing: (plan: StartPlan) => boolean = () => false;

  constructor(faults: Faults) {
    super({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
    this.#faults = faults;
  }

  override async startLife(plan: StartPlan): Promise<LifeRecord> {
    await plan.written;
    await this.#faults.pass('before start');
    if (this.isFailing(plan)) throw new Error('it does not start');
    const record = await super.startLife(plan);
    try {
      await this.#faults.pass('after start');
    } catch (error) {
      // As the real one: it leaves nothing behind when it fails.
      super.signal(record, 'SIGKILL');
      await super.removeLife(plan.life);
      throw error;
    }
    return record;
  }

  override async observe(): Promise<readonly ObservedLife[]> {
    await this.#faults.pass('before observe');
    return await super.observe();
  }

  /** Nothing it could fail with, but its sender may die before or after it. */
  override signal(process: TenderProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#faults.survives('before signal')) super.signal(process, signal);
    this.#faults.survives('after signal');
  }

  override async freeDevices(life: Life): Promise<void> {
    await this.#faults.pass('before freeing devices');
    await super.freeDevices(life);
  }

  override async removeLife(life: Life): Promise<void> {
    await this.#faults.pass('before removing a life');
    await super.removeLife(life);
    await this.#faults.pass('after removing a life');
  }
}
