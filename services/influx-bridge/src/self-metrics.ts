import type { Bus } from '@albatross/shared/bus/bus';
import { heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import type { Database } from './database.ts';
import { selfLines, type Heartbeat } from './self-lines.ts';

export interface SelfMetricsParts {
  readonly bus: Pick<Bus, 'followProcesses'>;
  readonly database: Pick<Database, 'write'>;
  /** Of this machine; null where nobody knows. */
  readonly pageBytes: number | null;
}

/** Heartbeats that wait for the database. */
export const HEARTBEATS_WAITING_MAX = 64;
/** How long a database that failed is left alone. */
const REST_MS = 5_000;

/**
 * Writes down what the processes tell of themselves, as far as the database takes it: nothing is kept, the
 * next heartbeat says everything anew.
 */
export class SelfMetrics implements Disposable {
  readonly #parts: SelfMetricsParts;
  readonly #end: () => void;
  #restsUntil = 0;
  #dropped = 0;

  constructor(parts: SelfMetricsParts) {
    this.#parts = parts;
    this.#end = parts.bus.followProcesses(heartbeatFeed, {
      onMessage: async (heartbeat) => await this.#write(heartbeat),
      onDropped: (count) => {
        this.#dropped += count;
      },
      queueMax: HEARTBEATS_WAITING_MAX,
    });
  }

  /** Messages of heartbeats that were not written. */
  get dropped(): number {
    return this.#dropped;
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  async #write(heartbeat: Heartbeat): Promise<void> {
    const { database, pageBytes } = this.#parts;
    const isWritten =
      Date.now() >= this.#restsUntil &&
      (await this.#try(selfLines(heartbeat, pageBytes), database));
    if (!isWritten) this.#dropped += 1;
  }

  async #try(lines: readonly string[], database: SelfMetricsParts['database']): Promise<boolean> {
    if (lines.length === 0) return true;
    const { kind } = await database.write(lines);
    if (kind === 'failed') this.#restsUntil = Date.now() + REST_MS;
    return kind === 'written';
  }
}
