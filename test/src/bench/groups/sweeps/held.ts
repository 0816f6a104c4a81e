/** Looks how long nothing else can be done in this process: at every turn of its loop. */
export class Held implements Disposable {
  #longestMs = 0;
  #lastMs = performance.now();
  #next: NodeJS.Immediate;

  constructor() {
    this.#next = setImmediate(() => this.#turn());
  }

  /** Of what was done since it was made. */
  longestMs(): number {
    return Math.max(this.#longestMs, performance.now() - this.#lastMs);
  }

  #turn(): void {
    this.#longestMs = this.longestMs();
    this.#lastMs = performance.now();
    this.#next = setImmediate(() => this.#turn());
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#next);
  }
}
