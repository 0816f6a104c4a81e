import { Failure } from '@albatross/shared/contracts/failures';
import type { EventDraft } from '@albatross/shared/contracts/event';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { diskFailure } from '../disk.ts';
import type { Phase } from './lifecycle.ts';
import { isFresh, outcomeOf, type Asked } from '../outcomes.ts';
import type { Desire, StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import type { Outcome } from '@albatross/shared/contracts/stored-outcome';
import type { Store } from './store.ts';
import type { Unikernel } from './unikernel.ts';

/** A request's outcome, to be written together with what it changes. */
export interface Answered {
  readonly ask: Asked;
  readonly reply: object;
  /** What is told of it once it is done; whoever starts after a crash tells it if that was not. */
  readonly event: EventDraft | null;
}

/** Outcomes kept for one name across a restart: it is written as a whole at every change. */
export const OUTCOMES_PER_NAME_MAX = 100;

type Wanted =
  | { readonly kind: 'run'; readonly ending?: number }
  | { readonly kind: 'stop' | 'ended' }
  | { readonly kind: 'failed'; readonly why: string };

/** What stands on the disk, and how it changes: always one file, as a whole. */
export class Records {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #records = new Map<UnikernelName, StoredRecord>();
  /** Names of which the disk has something else. */
  readonly #behind = new Set<UnikernelName>();

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

  /** What it should be doing, with all that is known of it. */
  async write(unikernel: Unikernel, wanted: Wanted, answered?: Answered): Promise<void> {
    const desire: Desire = { ...wanted, unikernel: unikernel.stored() };
    await this.#write(unikernel.config.name, desire, answered);
  }

  /**
   * What became of it by itself. Nothing to write when it was destroyed or has begun another life since,
   * for that was written with what was before; false while it is being started or stopped.
   */
  async writeEnd(unikernel: Unikernel): Promise<boolean> {
    // Whoever is stopping it writes what it has to be.
    if (unikernel.shouldRest) return false;
    const wanted = wantedOf(unikernel.phase);
    if (wanted === null) return unikernel.phase.kind !== 'starting';
    const desire = this.#records.get(unikernel.config.name)?.desire;
    if (desire === undefined || desire.kind === 'gone') return true;
    if (desire.unikernel.life > unikernel.life) return true;
    const isKnown =
      desire.kind === wanted.kind &&
      desire.unikernel.pastLives.at(-1)?.life === unikernel.lastPast?.life;
    if (!isKnown) await this.write(unikernel, wanted);
    return true;
  }

  /** Destroying must be possible on a full disk: then the record goes, and the outcome with it. */
  async writeGone(name: UnikernelName, answered: Answered): Promise<void> {
    try {
      await this.#write(name, { kind: 'gone' }, answered);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await this.#forget(name);
    }
  }

  /**
   * After a request that failed: what stood there before, which is nothing for a name that was not there.
   * Whatever is written next holds nothing of what was refused. What the disk does not take now is written by
   * `catchUp`; but of one that held nothing, rather nothing is kept than what was refused. Never throws.
   */
  async undo(name: UnikernelName, before: StoredRecord | null): Promise<void> {
    const wasWritten = this.of(name) !== before;
    try {
      if (before === null) return await this.#forget(name);
      this.#records.set(name, before);
      // Also when the write failed: perhaps it did so only after it had replaced the file.
      await this.#store.write(before);
      this.#behind.delete(name);
    } catch {
      const { kind } = before?.desire ?? { kind: 'gone' };
      const isKept = kind === 'run' || kind === 'stop' || !wasWritten;
      if (isKept) this.#behind.add(name);
      else await this.#forget(name).catch(() => this.#behind.add(name));
    }
  }

  /** Writes what the disk did not take before. Throws a `Failure` when it still does not. */
  async catchUp(): Promise<void> {
    for (const name of this.#behind) {
      const record = this.of(name);
      try {
        if (record === null) await this.#store.remove(name);
        else await this.#store.write(record);
      } catch (error) {
        throw diskFailure(error);
      }
      if (this.of(name) === record) this.#behind.delete(name);
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
    const outcomes = answered === undefined ? kept : [...kept, outcomeOfAnswered(answered, at)];
    await this.#replace({ name, desire, outcomes: outcomes.slice(-OUTCOMES_PER_NAME_MAX) });
  }

  /** Known before it is written, so that nobody in between acts on what was there before. */
  async #replace(record: StoredRecord): Promise<void> {
    const before = this.#records.get(record.name);
    this.#records.set(record.name, record);
    try {
      await this.#store.write(record);
      this.#behind.delete(record.name);
    } catch (error) {
      // Another change may have come after this one.
      if (this.#records.get(record.name) === record) {
        if (before === undefined) this.#records.delete(record.name);
        else this.#records.set(record.name, before);
      }
      throw diskFailure(error);
    }
  }

  async #forget(name: UnikernelName): Promise<void> {
    this.#records.delete(name);
    await this.#store.remove(name);
  }
}

function wantedOf(phase: Phase): Wanted | null {
  switch (phase.kind) {
    case 'starting':
    case 'running':
    case 'stopping':
      return null;
    case 'backing-off':
      return { kind: 'run' };
    case 'stopped':
      return { kind: 'stop' };
    case 'exited':
      return { kind: 'ended' };
    case 'failed':
      return { kind: 'failed', why: phase.why };
  }
}

function outcomeOfAnswered({ ask, reply, event }: Answered, at: number): Outcome {
  const told = event === null ? {} : { event: { ...event } };
  return outcomeOf(ask, { at, reply: { ...reply }, ...told });
}
