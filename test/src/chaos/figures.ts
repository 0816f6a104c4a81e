/** Counts what was done, by what it was and what came of it. */
export class Figures {
  readonly #operations = new Map<string, Map<string, number>>();
  readonly #kills = new Map<string, number>();
  readonly #startedAt = Date.now();
  lives = 0;
  events = 0;

  operation(what: string, outcome: string): void {
    const outcomes = this.#operations.get(what) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#operations.set(what, outcomes);
  }

  kill(what: string): void {
    this.#kills.set(what, (this.#kills.get(what) ?? 0) + 1);
  }

  get kills(): number {
    return [...this.#kills.values()].reduce((sum, count) => sum + count, 0);
  }

  get seconds(): number {
    return (Date.now() - this.#startedAt) / 1000;
  }

  /** One line. */
  describe(): string {
    const operations = [...this.#operations]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, outcomes]) => `${what} ${counts(outcomes)}`);
    return [
      `lives: ${this.lives}`,
      `events: ${this.events}`,
      `killed: ${counts(this.#kills)}`,
      `answers: ${operations.join('; ')}`,
    ].join(' | ');
  }
}

function counts(of: ReadonlyMap<string, number>): string {
  return [...of]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what}=${count}`)
    .join(' ');
}
