/** So much a second, and up to `burst` of what was not used before. */
export interface Allowance {
  readonly perS: number;
  readonly burst: number;
}

/** Fills with time and empties with use. It has no clock: times are milliseconds, of any that only goes forward. */
export class TokenBucket {
  readonly #allowance: Allowance;
  #level: number;
  #filledAt: number;

  /** Full. */
  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#level = allowance.burst;
    this.#filledAt = now;
  }

  /** What is in it; less than nothing after more was taken. */
  level(now: number): number {
    if (now <= this.#filledAt) return this.#level;
    const { perS, burst } = this.#allowance;
    const grown = ((now - this.#filledAt) / 1000) * perS;
    this.#level = Math.min(burst, this.#level + grown);
    this.#filledAt = now;
    return this.#level;
  }

  isFull(now: number): boolean {
    return this.level(now) === this.#allowance.burst;
  }

  /** Takes it whether or not there is as much: what is owed has to come in again first. */
  take(count: number): void {
    this.#level -= count;
  }
}
