import type { Bus } from '@albatross/shared/bus/bus';
import { listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import { ROOT } from '@albatross/shared/domain/name';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../chaos/answers.ts';

const EVERY_MS = 500;
const PATIENCE_MS = 2_000;

/** Reads the log on and on, since the supervisor keeps the newest events only. */
export class EventCollector {
  readonly #bus: Bus;
  readonly #events: EventRecord[] = [];
  #reading: Promise<void> | null = null;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#catchUp();
      await sleep(EVERY_MS);
    }
  }

  /** All there were up to now. */
  async all(): Promise<readonly EventRecord[]> {
    // A reading under way may have passed the newest.
    await this.#reading;
    await this.#catchUp();
    return this.#events;
  }

  async #catchUp(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /** Whoever is away now is asked again the next time. */
  async #read(): Promise<void> {
    for (let more = true; more;) {
      const from = { kind: 'after' as const, seq: this.#events.at(-1)?.seq ?? 0 };
      const answer = await ask(this.#bus, listEvents, { name: ROOT, from }, PATIENCE_MS);
      if (answer?.kind !== 'done') return;
      this.#events.push(...answer.reply.events);
      ({ more } = answer.reply);
    }
  }
}
