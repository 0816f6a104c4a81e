/** How long those have waited who ask again and again. */
export class Waits {
  readonly #since = new Set<{ readonly at: number }>();

  /** Begins a wait; the returned function ends it. */
  begin(): () => void {
    const wait = { at: Date.now() };
    this.#since.add(wait);
    return () => this.#since.delete(wait);
  }

  longestMs(): number {
    const first = Math.min(...[...this.#since].map(({ at }) => at));
    return Math.max(0, Date.now() - first);
  }
}
