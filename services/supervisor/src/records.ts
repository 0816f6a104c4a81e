import { Failure } from '@albatross/shared/contracts/failures';
import type { Exit } from '@albatross/shared/domain/exit';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { diskFailure } from './disk.ts';
import { isFresh, type Asked } from './outcomes.ts';
import type { Desire, Outcome, Store, StoredRecord } from './store.ts';
import type { Unikernel } from './unikernel.ts';

/** A request's outcome, to be written together with what it changes. */
interface Answered {
  readonly ask: Asked;
  readonly reply: object;
}

/** Outcomes kept for one name across a restart: it is written as a whole at every change. */
export const OUTCOMES_PER_NAME_MAX = 100;

/** What stands on the disk, and how it changes: always one file, as a whole. */
export class Records {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #records = new Map<UnikernelName, StoredRecord>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  restore(record: StoredRecord): void {
    this.#records.set(record.name, record);
  }

  of(name: UnikernelName): StoredRecord | null {
    return this.#records.get(name) ?? null;
  }

  async writeRunning(unikernel: Unikernel, answered?: Answered): Promise<void> {
    await this.#write(
      unikernel.config.name,
      { kind: 'run', unikernel: unikernel.stored() },
      answered,
    );
  }

  /** Nothing to write when it was destroyed or replaced meanwhile. */
  async writeEnded(unikernel: Unikernel, exit: Exit): Promise<void> {
    const desire = this.#records.get(unikernel.config.name)?.desire;
    if (desire?.kind !== 'run' || desire.unikernel.life !== unikernel.life) return;
    await this.#write(unikernel.config.name, {
      kind: 'ended',
      unikernel: unikernel.stored(),
      exit,
    });
  }

  /** Destroying must be possible on a full disk: then the record goes, and the outcome with it. */
  async writeGone(name: UnikernelName, answered: Answered): Promise<void> {
    try {
      await this.#write(name, { kind: 'gone' }, answered);
    } catch (error) {
      const failure = diskFailure(error);
      if (!(failure instanceof Failure)) throw error;
      await this.#forget(name);
    }
  }

  /**
   * After a create that failed: what stood there before, or nothing. A disk that does not take it back has
   * it still, unless the create was written; then nothing is left rather than what was refused.
   */
  async undo(name: UnikernelName, before: StoredRecord | null): Promise<void> {
    if (before === null) return await this.#forget(name);
    const wasWritten = this.of(name) !== before;
    try {
      await this.#replace(before);
    } catch {
      if (wasWritten) await this.#forget(name);
    }
  }

  /** Destroyed unikernels whose outcomes nobody will ask for any more. */
  async forgetOld(): Promise<void> {
    for (const { name, desire, outcomes } of this.#records.values()) {
      if (desire.kind !== 'gone' || outcomes.some((one) => isFresh(one, this.#now()))) continue;
      await this.#forget(name);
    }
  }

  async #write(name: UnikernelName, desire: Desire, answered?: Answered): Promise<void> {
    const at = this.#now();
    const kept = (this.#records.get(name)?.outcomes ?? []).filter((one) => isFresh(one, at));
    const outcomes = answered === undefined ? kept : [...kept, outcomeOf(answered, at)];
    await this.#replace({ name, desire, outcomes: outcomes.slice(-OUTCOMES_PER_NAME_MAX) });
  }

  /** Known before it is written, so that nobody in between acts on what was there before. */
  async #replace(record: StoredRecord): Promise<void> {
    const before = this.#records.get(record.name);
    this.#records.set(record.name, record);
    try {
      await this.#store.write(record);
    } catch (error) {
      // Another change may have come after this one.
      if (this.#records.get(record.name) === record) {
        if (before === undefined) this.#records.delete(record.name);
        else this.#records.set(record.name, before);
      }
      throw error;
    }
  }

  async #forget(name: UnikernelName): Promise<void> {
    this.#records.delete(name);
    await this.#store.remove(name);
  }
}

function outcomeOf({ ask, reply }: Answered, at: number): Outcome {
  return { ...ask, at, reply: { ...reply } };
}
