import type { Bus } from '@albatross/shared/bus/bus';
import type { Gateway } from '@albatross/shared/contracts/identities';
import { REFUSED_MESSAGE_LENGTH_MAX, refusedFeed } from '@albatross/shared/contracts/refused';
import type { Logger } from '@albatross/shared/runtime/logger';
import {
  reasonClassOf,
  type ReasonClass,
  type SessionRefusal,
  type SessionRefusalReason,
} from './refusal-reasons.ts';

/** Repetitions within this time are told together. */
export const REFUSED_WINDOW_MS = 60_000;
/** Pairs of address and reason told apart at a time; of more, those of all addresses are told together. */
export const REFUSED_KINDS_MAX = 256;
/** And of one address, which so pushes nobody else into `others`. */
export const REFUSED_KINDS_PER_ADDRESS_MAX = 16;

interface Window {
  readonly address: string;
  readonly reason: SessionRefusalReason;
  startedAt: number;
  /** Of the newest. */
  message: string;
  at: number;
  /** Those that nobody was told of yet. */
  untold: number;
}

/**
 * Tells, in the log and on the bus, whom the gateway turned away: the first of an address and a reason at
 * once, repetitions together, once in a while. So a stranger who tries again and again fills no log.
 */
export class SessionRefusals implements Disposable {
  readonly #process: Gateway;
  readonly #told: { readonly bus: Pick<Bus, 'publishOwn'>; readonly log: Logger };
  readonly #now: () => number;
  /** By address and reason, the one that began first in front. */
  readonly #windows = new Map<string, Window>();
  readonly #counts: Record<ReasonClass, number> = { certificate: 0, handshake: 0, load: 0 };
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(
    process: Gateway,
    told: { readonly bus: Pick<Bus, 'publishOwn'>; readonly log: Logger },
    now: () => number = Date.now,
  ) {
    this.#process = process;
    this.#told = told;
    this.#now = now;
  }

  /** Since the start, by what was the matter. */
  get counts(): Readonly<Record<ReasonClass, number>> {
    return this.#counts;
  }

  /** Never throws, never waits. */
  refused(address: string, { reason, message }: SessionRefusal): void {
    this.#counts[reasonClassOf(reason)] += 1;
    if (this.#isOver) return;
    this.#endWindows();
    const at = this.#now();
    const shown = message.slice(0, REFUSED_MESSAGE_LENGTH_MAX);
    const among = this.#addressAmongWindows(address, reason);
    const known = this.#windows.get(keyOf(among, reason));
    if (known === undefined) {
      const window = { address: among, reason, startedAt: at, message: shown, at, untold: 1 };
      this.#windows.set(keyOf(among, reason), window);
      this.#tell(window);
    } else {
      known.untold += 1;
      known.message = shown;
      known.at = at;
    }
    this.#setTimer();
  }

  /** As exactly as there is room for. */
  #addressAmongWindows(address: string, reason: SessionRefusalReason): string {
    if (this.#windows.has(keyOf(address, reason))) return address;
    const hasRoom =
      this.#windows.size < REFUSED_KINDS_MAX &&
      this.#countOf(address) < REFUSED_KINDS_PER_ADDRESS_MAX;
    // Of these there are as many as reasons, which nobody can make more of.
    return hasRoom ? address : OTHERS;
  }

  #countOf(address: string): number {
    let count = 0;
    for (const window of this.#windows.values()) if (window.address === address) count += 1;
    return count;
  }

  /** Tells of what was repeated; who goes on begins a new window, and is told of at its end. */
  #endWindows(all = false): void {
    const now = this.#now();
    for (const [key, window] of this.#windows) {
      const age = now - window.startedAt;
      // Of a clock that was set back nothing can be told but that it is time.
      if (!all && age >= 0 && age < REFUSED_WINDOW_MS) return;
      this.#windows.delete(key);
      if (window.untold === 0) continue;
      this.#tell(window);
      if (!all) this.#windows.set(key, { ...window, startedAt: now });
    }
  }

  #tell(window: Window): void {
    const { address, reason, message, at, untold: times } = window;
    window.untold = 0;
    this.#told.log.warn('session refused', { address, reason, message, times });
    const told = { process: this.#process, at, address, reason, message, times };
    this.#told.bus.publishOwn(refusedFeed, told);
  }

  #setTimer(): void {
    const [oldest] = this.#windows.values();
    if (oldest === undefined || this.#timer !== null) return;
    const left = oldest.startedAt + REFUSED_WINDOW_MS - this.#now();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#endWindows();
      this.#setTimer();
    }, left).unref();
  }

  /** Tells of what was not told yet. */
  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isOver = true;
    this.#endWindows(true);
  }
}

const OTHERS = 'others';

const keyOf = (address: string, reason: SessionRefusalReason): string => `${reason} ${address}`;
