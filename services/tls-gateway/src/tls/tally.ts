/** How many there are of each group, and of all. */
export class Tally {
  readonly #byGroup = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many the largest group has. */
  get most(): number {
    return Math.max(0, ...this.#byGroup.values());
  }

  of(group: string): number {
    return this.#byGroup.get(group) ?? 0;
  }

  add(group: string, change: 1 | -1): void {
    const count = this.of(group) + change;
    this.#size += change;
    if (count === 0) this.#byGroup.delete(group);
    else this.#byGroup.set(group, count);
  }
}
