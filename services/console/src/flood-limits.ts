import type { UnikernelName } from '@albatross/shared/domain/name';
import { FloodLimit, type FloodRate } from './flood-limit.ts';

/** A limit for each name, over all its lives: one that ends and starts over and over does not begin anew. */
export class FloodLimits {
  readonly #rate: FloodRate;
  readonly #limits = new Map<UnikernelName, FloodLimit>();

  constructor(rate: FloodRate) {
    this.#rate = rate;
  }

  of(name: UnikernelName, now: number): FloodLimit {
    const limit = this.#limits.get(name) ?? new FloodLimit(this.#rate, now);
    this.#limits.set(name, limit);
    return limit;
  }

  /** Forgets those of names that nothing runs under, as soon as a new one would be the same. */
  forget(live: { has(name: UnikernelName): boolean }, now: number): void {
    for (const [name, limit] of this.#limits)
      if (!live.has(name) && limit.isRested(now)) this.#limits.delete(name);
  }
}
