import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { performance } from 'node:perf_hooks';
import { batches, sizeOf } from './batches.ts';
import { TokenBucket, type Allowance } from './token-bucket.ts';

/** What carries the feed. */
export interface Carrier {
  /** False when the message was not sent. */
  send(name: UnikernelName, entries: ConsoleEntry[]): boolean;
  /** Settles when everything sent before was taken, or is lost with the connection. */
  flush(): Promise<void>;
}

export interface FeedCounts {
  /** Messages since this process began. */
  readonly sent: number;
  readonly unsent: number;
  /** Names whose newest entry was not told yet. */
  readonly untold: number;
}

/** Messages that need not wait: whoever looks at a quiet system sees a line when it is printed. */
const HURRIES: Allowance = { perS: 2_000, burst: 256 };
/** Else entries wait so long for others of their name; or longer, the more names print. */
export const FEED_DELAY_MS = 10;
export const FEED_DELAY_MAX_MS = 100;
/** Messages of one round for every millisecond until the next: 10,000 a second. */
const MESSAGES_PER_MILLISECOND = 10;
/** Or until there are so many, or so much, of one name; or so much of all. */
const ENTRIES_FULL = 64;
const BYTES_FULL = 64 * 1024;
export const FEED_WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** What was sent and the bus has not taken yet; it is asked now and then. */
export const FEED_UNTAKEN_BYTES_MAX = 16 * 1024 * 1024;
const ASK_BYTES = 256 * 1024;
/** Names to be told again; of more, the oldest are given up. */
const UNTOLD_NAMES = 16 * 1024;

interface Waiting {
  readonly entries: ConsoleEntry[];
  bytes: number;
}

/**
 * Tells followers what is printed, in few messages. Nothing waits for the bus: what it does not take is not
 * sent. Who sees a step in the numbers asks the history for the rest; but of the last lines of a unikernel,
 * no later one would show that they are missing. So the newest entry of each name that the bus did not
 * carry is told again when it does.
 */
export class Feed implements Disposable {
  readonly #carrier: Carrier;
  readonly #now: () => number;
  readonly #hurries: TokenBucket;
  readonly #waiting = new Map<UnikernelName, Waiting>();
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #delayMs = FEED_DELAY_MS;
  /** Whether the next round does not wait. */
  #isHurried = false;
  #untakenBytes = 0;
  #isAsking = false;
  readonly #untold = new Map<UnikernelName, ConsoleEntry>();
  readonly #counts = { sent: 0, unsent: 0 };

  constructor(carrier: Carrier, { hurries = HURRIES, now = () => performance.now() } = {}) {
    this.#carrier = carrier;
    this.#now = now;
    this.#hurries = new TokenBucket(hurries, now());
  }

  publish(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    const waiting = this.#waiting.get(name) ?? { entries: [], bytes: 0 };
    this.#waiting.set(name, waiting);
    for (const entry of entries) {
      const size = sizeOf(entry);
      waiting.entries.push(entry);
      waiting.bytes += size;
      this.#waitingBytes += size;
    }
    const isFull = waiting.entries.length >= ENTRIES_FULL || waiting.bytes >= BYTES_FULL;
    // Behind an end nothing may come for long that would show that it is missing.
    if (isFull || entries.at(-1)?.entry.kind === 'exit') this.#sendAll(name);
    if (this.#waitingBytes >= FEED_WAITING_BYTES_MAX) this.#round();
    else if (this.#waiting.size > 0) this.#timer ??= this.#untilRound();
  }

  #untilRound(): NodeJS.Timeout {
    const isQuiet = this.#delayMs === FEED_DELAY_MS;
    this.#isHurried = isQuiet && this.#hurries.level(this.#now()) >= 1;
    return setTimeout(() => this.#round(), this.#isHurried ? 0 : this.#delayMs);
  }

  get counts(): FeedCounts {
    return { ...this.#counts, untold: this.#untold.size };
  }

  /** The bus is there, or is there again. */
  resume(): void {
    const untold = [...this.#untold];
    for (const [name, entry] of untold) this.#send(name, [entry]);
  }

  #round(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const before = this.#counts.sent;
    for (const name of this.#waiting.keys()) this.#sendAll(name);
    const sent = this.#counts.sent - before;
    const wanted = Math.max(FEED_DELAY_MS, sent / MESSAGES_PER_MILLISECOND);
    // What did not wait stands for less time than a delay: it tells whether that is too short, never that it is too long.
    const least = this.#isHurried ? this.#delayMs : FEED_DELAY_MS;
    this.#delayMs = Math.min(FEED_DELAY_MAX_MS, Math.max(least, wanted));
    if (this.#isHurried) this.#hurries.take(sent);
    this.#isHurried = false;
  }

  #sendAll(name: UnikernelName): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) return;
    this.#waiting.delete(name);
    this.#waitingBytes -= waiting.bytes;
    for (const batch of batches(waiting.entries)) this.#send(name, batch);
  }

  #send(name: UnikernelName, batch: ConsoleEntry[]): void {
    const newest = batch.at(-1);
    const isSent = this.#untakenBytes < FEED_UNTAKEN_BYTES_MAX && this.#carrier.send(name, batch);
    this.#counts[isSent ? 'sent' : 'unsent'] += 1;
    this.#untold.delete(name);
    if (isSent) {
      this.#untakenBytes += batch.reduce((sum, entry) => sum + sizeOf(entry), 0);
      this.#askIfMuch();
    } else if (newest !== undefined) {
      this.#untold.set(name, newest);
      const [oldest] = this.#untold.keys();
      if (this.#untold.size > UNTOLD_NAMES && oldest !== undefined) this.#untold.delete(oldest);
    }
  }

  /** Finds out what was taken. A bus that stalls answers late, and one that went away has lost it all. */
  #askIfMuch(): void {
    if (this.#isAsking || this.#untakenBytes < ASK_BYTES) return;
    this.#isAsking = true;
    const asked = this.#untakenBytes;
    const settled = (): void => {
      const wasFull = this.#untakenBytes >= FEED_UNTAKEN_BYTES_MAX;
      this.#isAsking = false;
      this.#untakenBytes -= asked;
      if (wasFull) this.resume();
      this.#askIfMuch();
    };
    void this.#carrier.flush().then(settled, settled);
  }

  /** Sends what waits. */
  [Symbol.dispose](): void {
    this.#round();
  }
}
