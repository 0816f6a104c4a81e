import { isPassing } from '@albatross/shared/bus/passing-failures';
import { Failure } from '@albatross/shared/contracts/failures';

/** Told once when nobody answers any more, and with null once when somebody does again. */
export type OnTrouble = (trouble: Failure | null) => void;

/** Whether somebody answers who is asked again and again. */
export class Answers {
  #trouble: Failure | null;
  #hasFailed = false;
  onTrouble: OnTrouble = () => undefined;

  /** `unasked` says for people what is not known before the first answer. */
  constructor(unasked: string) {
    this.#trouble = new Failure('DEADLINE_EXCEEDED', unasked);
  }

  /** Why nothing is known; null when there was an answer last. */
  get trouble(): Failure | null {
    return this.#trouble;
  }

  came(): void {
    this.#trouble = null;
    if (this.#hasFailed) this.onTrouble(null);
    this.#hasFailed = false;
  }

  failed(trouble: Failure): void {
    this.#trouble = trouble;
    if (!this.#hasFailed) this.onTrouble(trouble);
    this.#hasFailed = true;
  }
}

/** Whether a failure is worth waiting for its end: a defect of a service is not, it would be waited for for ever. */
export function isWaitedOut(error: unknown): boolean {
  return isPassing(error) && !(error instanceof Failure && error.code === 'INTERNAL');
}
