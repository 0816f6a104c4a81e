import type { Bus } from '@albatross/shared/bus/bus';
import type { Gateway } from '@albatross/shared/contracts/identities';
import { REFUSED_MESSAGE_LENGTH_MAX, refusedFeed } from '@albatross/shared/contracts/refused';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Repetitions } from '@albatross/shared/runtime/repetitions';
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

interface Told extends SessionRefusal {
  readonly address: string;
  readonly at: number;
}

/**
 * Tells, in the log and on the bus, whom the gateway turned away: the first of an address and a reason at
 * once, repetitions together, once in a while. So a stranger who tries again and again fills no log.
 */
export class SessionRefusals implements Disposable {
  readonly #now: () => number;
  readonly #repetitions: Repetitions<Told>;
  readonly #counts: Record<ReasonClass, number> = { certificate: 0, handshake: 0, load: 0 };
  #isOver = false;

  constructor(
    process: Gateway,
    { bus, log }: { readonly bus: Pick<Bus, 'publishOwn'>; readonly log: Logger },
    now: () => number = Date.now,
  ) {
    this.#now = now;
    this.#repetitions = new Repetitions<Told>({
      windowMs: REFUSED_WINDOW_MS,
      now,
      tell: ({ address, reason, message, at }, times) => {
        log.warn('session refused', { address, reason, message, times });
        bus.publishOwn(refusedFeed, { process, at, address, reason, message, times });
      },
    });
  }

  /** Since the start, by what was the matter. */
  get counts(): Readonly<Record<ReasonClass, number>> {
    return this.#counts;
  }

  /** Never throws, never waits. */
  refused(from: string, { reason, message }: SessionRefusal): void {
    this.#counts[reasonClassOf(reason)] += 1;
    if (this.#isOver) return;
    this.#repetitions.endOld();
    const address = this.#addressAmongKnown(from, reason);
    const shown = message.slice(0, REFUSED_MESSAGE_LENGTH_MAX);
    const told = { address, reason, message: shown, at: this.#now() };
    this.#repetitions.add(keyOf(address, reason), told);
  }

  /** As exactly as there is room for. */
  #addressAmongKnown(address: string, reason: SessionRefusalReason): string {
    const repetitions = this.#repetitions;
    if (repetitions.has(keyOf(address, reason))) return address;
    const hasRoom =
      repetitions.size < REFUSED_KINDS_MAX &&
      repetitions.countOf((one) => one.address === address) < REFUSED_KINDS_PER_ADDRESS_MAX;
    // Of these there are as many as reasons, which nobody can make more of.
    return hasRoom ? address : OTHERS;
  }

  /** Tells of what was not told yet. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#repetitions[Symbol.dispose]();
  }
}

const OTHERS = 'others';

const keyOf = (address: string, reason: SessionRefusalReason): string => `${reason} ${address}`;
