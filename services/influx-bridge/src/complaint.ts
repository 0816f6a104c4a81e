import type { Logger } from '@albatross/shared/runtime/logger';

/** Something that lasts: it is told once for each reason, and once when it is over. */
export class Complaint {
  readonly #log: Logger;
  readonly #event: string;
  readonly #relief: string;
  #told: string | null = null;

  constructor(log: Logger, event: string, relief: string) {
    this.#log = log;
    this.#event = event;
    this.#relief = relief;
  }

  tell(why: string): void {
    if (why === this.#told) return;
    this.#told = why;
    this.#log.warn(this.#event, { why });
  }

  settle(): void {
    if (this.#told !== null) this.#log.info(this.#relief);
    this.#told = null;
  }
}
