import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { batches } from './batches.ts';

/** False when the message was not sent. */
type Send = (name: UnikernelName, entries: ConsoleEntry[]) => boolean;

export interface FeedCounts {
  /** Messages since this process began. */
  readonly sent: number;
  readonly unsent: number;
  /** Names whose newest entry was not told yet. */
  readonly untold: number;
}

/**
 * Tells followers what is printed. Who sees a step in the numbers asks the history for the rest; but of the
 * last lines of a unikernel, no later one would show that they are missing. So the newest entry of each
 * name that the bus did not carry is told again when the bus is back.
 */
export class Feed {
  readonly #send: Send;
  readonly #untold = new Map<UnikernelName, ConsoleEntry>();
  readonly #counts = { sent: 0, unsent: 0 };

  constructor(send: Send) {
    this.#send = send;
  }

  publish(name: UnikernelName, entries: Iterable<ConsoleEntry>): void {
    for (const batch of batches(entries)) {
      const newest = batch.at(-1);
      const isSent = this.#send(name, batch);
      this.#counts[isSent ? 'sent' : 'unsent'] += 1;
      if (isSent) this.#untold.delete(name);
      else if (newest !== undefined) this.#untold.set(name, newest);
    }
  }

  get counts(): FeedCounts {
    return { ...this.#counts, untold: this.#untold.size };
  }

  /** The bus is there, or is there again. */
  resume(): void {
    for (const [name, entry] of this.#untold) this.publish(name, [entry]);
  }
}
