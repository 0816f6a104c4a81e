import { HandshakeError } from './handshake.ts';
import { plainRefusal } from './refusal-reasons.ts';
import { Tally } from './tally.ts';

/** Clients that show who they are at the same time; of others the connections wait, unread. */
export const HANDSHAKES_MAX = 64;
/** And of one address: who lets handshakes hang keeps nobody else from theirs. */
export const HANDSHAKES_PER_ADDRESS_MAX = 16;
/** What OpenSSL may allocate for all that it was announced and has not read yet. */
export const HANDSHAKE_BYTES_MAX = 67_108_864;
/** OpenSSL's own limit for the certificates of a client, which is all that Node lets through. */
export const CERTIFICATES_BYTES_MAX = 102_400;
/** The same with the addon: the original's client has its image in a certificate. */
export const LARGE_CERTIFICATES_BYTES_MAX = 16_777_216;
/** How long one waits for a large turn before it takes a small one. */
export const LARGE_TURN_WAIT_MS = 1_000;
/** What a turn lasts at least, though its address has the most of them and others wait. */
export const TURN_MS_MIN = 1_000;

/** As many large ones as fit beside all others. */
const LARGE_TURNS_MAX = Math.floor(
  (HANDSHAKE_BYTES_MAX - HANDSHAKES_MAX * CERTIFICATES_BYTES_MAX) / LARGE_CERTIFICATES_BYTES_MAX,
);
/** One address never has all of them. */
const LARGE_TURNS_PER_ADDRESS_MAX = LARGE_TURNS_MAX - 1;

export type TurnSize = 'small' | 'large';

/** A client's turn to show who it is, until it is disposed of. */
export interface Turn extends Disposable {
  readonly size: TurnSize;
}

interface UnderWay {
  readonly group: string;
  readonly size: TurnSize;
  readonly since: number;
  readonly end: AbortController;
}

interface Waiting {
  readonly group: string;
  readonly since: number;
  readonly end: AbortController;
  readonly take: (turn: Turn) => void;
}

interface Next {
  readonly waiting: Waiting;
  readonly size: TurnSize;
}

/**
 * Bounds what strangers can make the gateway hold. OpenSSL allocates whatever length a client announces for
 * its certificates, at once, so a turn is counted with all it may announce. Nobody tells beforehand
 * how much that will be: whoever comes gets a large turn while there are any.
 *
 * The next turn is of the group that has the fewest. When there is none left, and one group has at least two
 * more than whoever is next, its oldest turn ends: so a few addresses that show nothing cannot have them all.
 */
export class HandshakeTurns {
  readonly #hasLarge: boolean;
  /** The oldest first. */
  readonly #underWay = new Set<UnderWay>();
  readonly #active = new Tally();
  /** Those among them that are large. */
  readonly #large = new Tally();
  /** Who came first is in front. */
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #total = 0;

  constructor({ hasLarge }: { readonly hasLarge: boolean }) {
    this.#hasLarge = hasLarge;
  }

  get counts(): {
    readonly active: number;
    readonly large: number;
    readonly waiting: number;
    readonly total: number;
  } {
    const [active, large, waiting] = [this.#active.size, this.#large.size, this.#waiting.size];
    return { active, large, waiting, total: this.#total };
  }

  /**
   * Those who share a group share its turns. Rejects with the reason of `end`, which is aborted, with a
   * `HandshakeError`, when it is somebody else's turn before this one is disposed of.
   */
  async take(group: string, end: AbortController): Promise<Turn> {
    const { signal } = end;
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        group,
        since: performance.now(),
        end,
        take: (turn) => {
          signal.removeEventListener('abort', onAbort);
          resolve(turn);
        },
      };
      this.#waiting.add(waiting);
      this.#serve();
      if (this.#waiting.has(waiting)) signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #serve(): void {
    const now = performance.now();
    for (let next = this.#next(now); next !== null; next = this.#next(now)) {
      const { waiting, size } = next;
      if (this.#active.size >= HANDSHAKES_MAX && !this.#pushOutFor(waiting.group, now)) break;
      this.#waiting.delete(waiting);
      waiting.take(this.#begin(waiting, size, now));
    }
    this.#setTimer(now);
  }

  /** Of those who may have a turn now, the first one whose group has the fewest. */
  #next(now: number): Next | null {
    let next: Next | null = null;
    let fewest = Infinity;
    for (const waiting of this.#waiting) {
      const count = this.#active.of(waiting.group);
      const size = count < fewest ? this.#sizeFor(waiting, now) : null;
      if (size !== null) [next, fewest] = [{ waiting, size }, count];
      if (fewest === 0) break;
    }
    return next;
  }

  /** Null while it has to wait, for something else than a turn of any size and group. */
  #sizeFor({ group, since }: Waiting, now: number): TurnSize | null {
    if (this.#active.of(group) >= HANDSHAKES_PER_ADDRESS_MAX) return null;
    if (!this.#hasLarge) return 'small';
    if (this.#large.size < LARGE_TURNS_MAX && this.#large.of(group) < LARGE_TURNS_PER_ADDRESS_MAX)
      return 'large';
    return now - since >= LARGE_TURN_WAIT_MS ? 'small' : null;
  }

  /** False when nobody has to make room for this group, or not yet. */
  #pushOutFor(group: string, now: number): boolean {
    const oldest = this.#oldestOfLargest();
    if (oldest === null || now - oldest.since < TURN_MS_MIN) return false;
    if (this.#active.of(oldest.group) < this.#active.of(group) + 2) return false;
    this.#end(oldest);
    oldest.end.abort(new HandshakeError(plainRefusal('too-many-from-address')));
    return true;
  }

  #oldestOfLargest(): UnderWay | null {
    const { most } = this.#active;
    for (const one of this.#underWay) if (this.#active.of(one.group) === most) return one;
    return null;
  }

  #begin({ group, end }: Waiting, size: TurnSize, since: number): Turn {
    const one: UnderWay = { group, size, since, end };
    this.#total += 1;
    this.#underWay.add(one);
    this.#active.add(group, 1);
    if (size === 'large') this.#large.add(group, 1);
    return {
      size,
      [Symbol.dispose]: () => {
        if (this.#end(one)) this.#serve();
      },
    };
  }

  /** False when it was over already. */
  #end(one: UnderWay): boolean {
    if (!this.#underWay.delete(one)) return false;
    this.#active.add(one.group, -1);
    if (one.size === 'large') this.#large.add(one.group, -1);
    return true;
  }

  /** For those whom no beginning or end of a turn will wake. */
  #setTimer(now: number): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const times: number[] = [];
    for (const { since } of this.#hasLarge ? this.#waiting : []) {
      if (since + LARGE_TURN_WAIT_MS <= now) continue;
      times.push(since + LARGE_TURN_WAIT_MS);
      break;
    }
    const oldest = this.#active.size >= HANDSHAKES_MAX ? this.#oldestOfLargest() : null;
    if (oldest !== null) times.push(oldest.since + TURN_MS_MIN);
    const next = Math.min(...times.filter((time) => time > now));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.#serve(), Math.ceil(next - now) + 1);
  }
}
