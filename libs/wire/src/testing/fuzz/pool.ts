import type { Dice } from './dice.ts';

/** As many inputs that end alike are kept. */
const ALIKE_MAX = 8;
/** Of all inputs together; beyond it none are added. */
const POOL_BYTES_MAX = 64 * 1024 * 1024;

/** Of the inputs some for every way in which one ended, so that rare ways are gone on from as often as common ones. */
export class Pool {
  readonly #byOutcome = new Map<string, Uint8Array[]>();
  readonly #outcomes: string[] = [];
  #heldBytes = 0;

  get outcomes(): number {
    return this.#outcomes.length;
  }

  add(outcome: string, bytes: Uint8Array, dice: Dice): void {
    if (this.#heldBytes + bytes.length > POOL_BYTES_MAX) return;
    const alike = this.#byOutcome.get(outcome);
    if (alike === undefined) {
      this.#byOutcome.set(outcome, [bytes]);
      this.#outcomes.push(outcome);
    } else if (alike.length < ALIKE_MAX) alike.push(bytes);
    else if (dice.below(64) === 0) {
      const [replaced] = alike.splice(dice.below(ALIKE_MAX), 1, bytes);
      this.#heldBytes -= replaced?.length ?? 0;
    } else return;
    this.#heldBytes += bytes.length;
  }

  pick(dice: Dice): Uint8Array {
    return dice.pick(this.#byOutcome.get(dice.pick(this.#outcomes)) ?? []);
  }
}
