import type { Logger } from '@albatross/shared/runtime/logger';

/** Tells each trouble once for as long as it lasts, however often it is met. */
export class Troubles {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #told = new Set<string>();

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  warn(what: string, event: string, fields: Parameters<Logger['warn']>[1] = {}): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#log.warn(event, fields);
  }

  isTold(what: string): boolean {
    return this.#told.has(what);
  }

  /** Forgets those of what is no more. */
  keepOnly(there: ReadonlySet<string>): void {
    for (const what of this.#told) if (!there.has(what)) this.#told.delete(what);
  }

  over(what: string): void {
    // Asked of every process in every sample.
    if (this.#told.size > 0) this.#told.delete(what);
  }
}
