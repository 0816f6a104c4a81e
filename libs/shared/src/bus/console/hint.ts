/** Says that it is time to look, however often, to one who may be busy. */
export class Hint {
  #isGiven = false;
  #wake: () => void = () => undefined;

  give(): void {
    this.#isGiven = true;
    this.#wake();
  }

  /** Resolves when it is given, or was since the last time, or after that time. Returns whether it was. */
  async wait(lookMs: number): Promise<boolean> {
    if (!this.#isGiven) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const isGiven = this.#isGiven;
    this.#isGiven = false;
    return isGiven;
  }
}
