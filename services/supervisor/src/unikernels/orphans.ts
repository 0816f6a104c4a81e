import { Failure } from '@albatross/shared/contracts/failures';
import { lifeName, type Life, type LifeName, type LifeRecord } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObservedLife } from '../host/host.ts';

/** How long whoever needs an end waits for it. */
export const STUCK_AFTER_MS = 20_000;

const LOOK_EVERY_MS = 50;

/** Tenders that run and are no unikernel's: they are being ended, or of a name of which nothing is known. */
export class Orphans {
  readonly #clock: () => number;
  readonly #look: () => Promise<void>;
  readonly #orphans = new Map<LifeName, Orphan>();

  /** `look` resolves after they were noted anew. */
  constructor(clock: () => number, look: () => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Takes note of all lives that are no unikernel's. */
  note(lives: readonly ObservedLife[]): void {
    this.#orphans.clear();
    for (const { life, record, isTenderAlive } of lives) {
      if (isTenderAlive && record !== null) this.#orphans.set(lifeName(life), { life, record });
    }
  }

  /** Their users: nobody else may be given them. */
  get uids(): readonly number[] {
    return [...this.#orphans.values()].map(({ record }) => record.uid);
  }

  /** Resolves when there is none of that name. Throws a `Failure`. */
  async untilNone(name: UnikernelName): Promise<void> {
    const end = this.#clock() + STUCK_AFTER_MS;
    for (let left = this.#of(name); left !== null; left = this.#of(name)) {
      if (this.#clock() > end) {
        throw new Failure(
          'TENDER_STUCK',
          `the process ${left.pid} of the ${name} that was there before does not end`,
          { name, pid: left.pid },
        );
      }
      await this.#look();
      await sleep(LOOK_EVERY_MS);
    }
  }

  #of(name: UnikernelName): LifeRecord | null {
    for (const { life, record } of this.#orphans.values()) {
      if (life.unikernel === name) return record;
    }
    return null;
  }
}

interface Orphan {
  readonly life: Life;
  readonly record: LifeRecord;
}
