import type { Sample } from '@albatross/shared/contracts/stats';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { Slices } from './slices.ts';

/** Since this process began. */
export interface FeedCounts {
  readonly published: number;
  readonly unsent: number;
}

/** Publishes samples. Of those the bus was not there for, the newest of each process is sent when it is back. */
export class Feed {
  readonly #send: (sample: Sample) => boolean;
  readonly #unsent = new Map<UnikernelName, Sample>();
  #published = 0;
  #failures = 0;

  /** `send`: false when it was not sent; never throws. */
  constructor(send: (sample: Sample) => boolean) {
    this.#send = send;
  }

  get counts(): FeedCounts {
    return { published: this.#published, unsent: this.#failures };
  }

  publish(sample: Sample): void {
    if (this.#send(sample)) {
      if (this.#unsent.size > 0) this.#unsent.delete(sample.name);
      this.#published += 1;
      return;
    }
    this.#unsent.set(sample.name, sample);
    this.#failures += 1;
  }

  /** There is a bus again. */
  async resume(): Promise<void> {
    const slices = new Slices();
    for (const [name, sample] of this.#unsent) {
      // It may be gone again; then all that is left waits for the next time.
      if (!this.#send(sample)) return;
      if (this.#unsent.get(name) === sample) this.#unsent.delete(name);
      this.#published += 1;
      if (slices.isOver) await slices.pause();
    }
  }

  /** Its process has ended; nobody waits for its last sample any more. */
  forget({ name, life, pid }: Pick<Sample, 'name' | 'life' | 'pid'>): void {
    const unsent = this.#unsent.get(name);
    if (unsent?.life === life && unsent.pid === pid) this.#unsent.delete(name);
  }
}
