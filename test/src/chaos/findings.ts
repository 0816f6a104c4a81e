/** What is not as it must be. */
export class Findings {
  #texts: string[] = [];
  readonly #startedAt = Date.now();

  /** `about` is what somebody who looks for the cause wants to see. */
  add(text: string, about?: unknown): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    const detail = about === undefined ? '' : `\n    ${JSON.stringify(about)}`;
    this.#texts.push(`[${seconds} s, ${new Date().toISOString()}] ${text}${detail}`);
  }

  /** What `look` finds, which does not count yet: it may look better in a moment. */
  only(look: () => void): readonly string[] {
    const before = this.#texts;
    this.#texts = [];
    look();
    const found = this.#texts;
    this.#texts = before;
    return found;
  }

  get all(): readonly string[] {
    return this.#texts;
  }
}
