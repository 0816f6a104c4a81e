/**
 * Dice that fall the same way for the same seed. The generator is mulberry32 by Tommy Ettinger, which is in
 * the public domain: 32 bits of state, which is plenty for choosing.
 */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Others, which fall the same way whatever becomes of these. */
  static of(seed: number, whose: string): Dice {
    let mixed = seed | 0;
    for (const letter of whose) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193);
    const dice = new Dice(mixed);
    dice.next();
    return dice;
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, either end included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.whole(0, choices.length - 1)];
    if (choice === undefined) throw new Error('there is nothing to pick from');
    return choice;
  }

  /** One of those with a weight, as often as it weighs. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const all = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.next() * all;
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return this.pick(choices)[1];
  }
}
