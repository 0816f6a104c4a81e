import type { KeptSample, StatsReader } from '@albatross/shared/bus/stats-reader';
import { isPathName, isWithin, type Name } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { setTimeout as sleep } from 'node:timers/promises';
import { Complaint } from './complaint.ts';
import type { Database } from './database.ts';
import { deliver, type Delivery } from './delivery.ts';
import { sampleLines } from './sample-lines.ts';

export interface BridgeOptions {
  /** One unikernel, or all at and below a path; the others' samples are passed over. */
  readonly name: Name;
  readonly isWholeName: boolean;
}

export interface BridgeParts {
  readonly reader: Pick<StatsReader, 'fetch' | 'waiting'>;
  readonly database: Database;
  readonly log: Logger;
}

/** Since it began. */
export interface BridgeCounts {
  readonly written: number;
  readonly refused: number;
  /** Batches that have to be written again. */
  readonly retries: number;
  /** Samples that are not written yet; null while nobody knows. */
  readonly waiting: number | null;
  /** When the database last took some; null: never. */
  readonly lastWrittenAt: number | null;
}

/** Between two tries to write, doubled from one to the next. */
export const WRITE_RETRY_MIN_MS = 500;
export const WRITE_RETRY_MAX_MS = 5_000;
const FETCH_RETRY_MS = 500;
/** What a write that is under way gets when the process is to end. */
export const LAST_WRITE_MS = 3_000;

/**
 * Takes samples from the bus, a batch at a time, and acknowledges what the database has taken. What it has
 * not is given back and comes again: nothing waits here, and whoever kills this process loses nothing.
 */
export class Bridge implements AsyncDisposable {
  readonly #options: BridgeOptions;
  readonly #parts: BridgeParts;
  readonly #stop = new AbortController();
  readonly #unreadable: Complaint;
  readonly #unwritable: Complaint;
  readonly #counts = {
    written: 0,
    refused: 0,
    retries: 0,
    waiting: null as number | null,
    lastWrittenAt: null as number | null,
  };
  #over: Promise<void> = Promise.resolve();

  private constructor(options: BridgeOptions, parts: BridgeParts) {
    this.#options = options;
    this.#parts = parts;
    const { log } = parts;
    this.#unreadable = new Complaint(log, 'no samples come', 'samples come again');
    this.#unwritable = new Complaint(log, 'samples are not written', 'samples are written again');
  }

  static start(options: BridgeOptions, parts: BridgeParts): Bridge {
    const bridge = new Bridge(options, parts);
    bridge.#over = bridge.#work();
    return bridge;
  }

  get counts(): BridgeCounts {
    return this.#counts;
  }

  /** A write that is under way may end; then the database is closed, and what was not written given back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const inTime = new AbortController();
    const late = sleep(LAST_WRITE_MS, null, { signal: inTime.signal }).catch(() => undefined);
    await Promise.race([this.#over, late]);
    inTime.abort();
    await this.#parts.database[Symbol.asyncDispose]();
    await this.#over;
  }

  async #work(): Promise<void> {
    const { reader } = this.#parts;
    let retryMs = WRITE_RETRY_MIN_MS;
    while (!this.#stop.signal.aborted) {
      const fetched = await reader.fetch(this.#stop.signal);
      if (fetched.kind === 'unavailable') {
        this.#counts.waiting = null;
        this.#unreadable.tell(fetched.why);
        await this.#pause(FETCH_RETRY_MS);
        continue;
      }
      this.#unreadable.settle();
      const isTaken = await this.#pass(fetched.samples);
      this.#counts.waiting = await reader.waiting();
      if (isTaken) {
        retryMs = WRITE_RETRY_MIN_MS;
        continue;
      }
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, WRITE_RETRY_MAX_MS);
    }
  }

  /** False when some are to be tried again, and not at once. */
  async #pass(fetched: readonly KeptSample[]): Promise<boolean> {
    const { database } = this.#parts;
    const samples = fetched.filter((one) => this.#isMeant(one));
    for (const one of fetched) if (!this.#isMeant(one)) one.acknowledge();
    if (samples.length === 0) return true;
    const delivery = await deliver(samples, {
      database,
      linesOf: ({ sample }) => sampleLines(sample, this.#options),
      stop: this.#stop.signal,
    });
    return this.#settle(delivery);
  }

  #isMeant({ sample }: KeptSample): boolean {
    const { name } = this.#options;
    return isPathName(name) ? isWithin(sample.name, name) : sample.name === name;
  }

  #settle({ written, refused, left, why }: Delivery): boolean {
    for (const one of written) one.acknowledge();
    this.#counts.written += written.length;
    if (written.length > 0) this.#counts.lastWrittenAt = Date.now();
    for (const one of left) one.release();
    if (left.length > 0) this.#counts.retries += 1;
    const isDropped = this.#drop(refused);
    if (why !== null) this.#unwritable.tell(why);
    else if (isDropped && written.length > 0) this.#unwritable.settle();
    return left.length === 0 && isDropped;
  }

  /**
   * A database that was told a wrong organisation refuses everything, and would make a day of samples
   * vanish: until it has taken one, nothing is dropped, and false returned. They are tried again together
   * with those that come.
   */
  #drop(refused: Delivery['refused']): boolean {
    const [first] = refused;
    if (first === undefined) return true;
    if (this.#counts.lastWrittenAt === null) {
      this.#unwritable.tell(first.why);
      for (const { kept } of refused) kept.release();
      this.#counts.retries += 1;
      return false;
    }
    for (const { kept } of refused) kept.acknowledge();
    this.#counts.refused += refused.length;
    const names = [...new Set(refused.map(({ kept }) => kept.sample.name))].slice(0, NAMES_TOLD);
    this.#parts.log.warn('samples refused by the database are given up', {
      count: refused.length,
      names,
      why: first.why,
    });
    return true;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, null, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

const NAMES_TOLD = 10;
