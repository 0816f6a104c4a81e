/** Holds what was opened and closes it in reverse; a failing close does not keep the rest open. */
export class Scope implements AsyncDisposable {
  readonly #resources: (AsyncDisposable | Disposable)[] = [];

  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  /** Whether everything that can tell of itself does what it is there for. */
  get isWell(): boolean {
    return this.#resources.every((one) => !('isWell' in one) || one.isWell !== false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (let last = this.#resources.pop(); last !== undefined; last = this.#resources.pop()) {
      try {
        if (Symbol.asyncDispose in last) await last[Symbol.asyncDispose]();
        else last[Symbol.dispose]();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
  }
}
