import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { labelsOf, type Name } from '@albatross/shared/domain/name';

/** Streams at the same time; one more is refused. */
export const SUBSCRIBERS_MAX = 512;
/** Of one label below the root, whatever is below that: nobody has them all. */
export const SUBSCRIBERS_PER_TENANT_MAX = SUBSCRIBERS_MAX / 4;
/** Of one kind and of one name, where no option says otherwise; one more ends the oldest. */
export const SUBSCRIBERS_PER_NAME_MAX = 5;

export type StreamKind = 'console' | 'stats';

/** What a stream needs beside whoever asks for it. */
export interface StreamSystem {
  readonly bus: Pick<Bus, 'follow' | 'flush' | 'onReconnect' | 'isUp'>;
  readonly subscribers: Subscribers;
}

/** One stream, for as long as it is not disposed of. */
export interface Subscription extends Disposable {
  /** Aborted when the client says so, when a newer stream takes the place, and when it is disposed of. */
  readonly over: AbortSignal;
  /** Throws a `Failure` when a newer stream took the place. */
  readonly throwIfReplaced: () => void;
}

export interface SubscriberOptions {
  /** At least 1. */
  readonly perNameMax?: number;
  readonly perTenantMax?: number;
  readonly max?: number;
}

/**
 * Who follows what. As the original does it, the newest of too many followers of a name ends the oldest:
 * who comes back after a connection that silently broke is not locked out by its own former self.
 */
export class Subscribers {
  readonly #perNameMax: number;
  readonly #perTenantMax: number;
  readonly #max: number;
  /** Those that go on, the oldest first. */
  readonly #byName = new Map<string, Set<Place>>();
  /** Those too that were told to end and did not yet. */
  readonly #counts = { console: 0, stats: 0 };
  /** The same by label below the root. */
  readonly #byTenant = new Map<string, number>();
  #replaced = 0;
  #refused = 0;

  constructor({
    perNameMax = SUBSCRIBERS_PER_NAME_MAX,
    perTenantMax = SUBSCRIBERS_PER_TENANT_MAX,
    max = SUBSCRIBERS_MAX,
  }: SubscriberOptions = {}) {
    if (!(perNameMax >= 1)) throw new RangeError(`at least 1 subscriber, not ${perNameMax}`);
    this.#perNameMax = perNameMax;
    this.#perTenantMax = perTenantMax;
    this.#max = max;
  }

  /** For a heartbeat: streams now, and since the process began how many were ended or refused here. */
  get figures(): Readonly<Record<string, number>> {
    return {
      consoleSubscribers: this.#counts.console,
      statsSubscribers: this.#counts.stats,
      subscribersReplaced: this.#replaced,
      subscribersRefused: this.#refused,
    };
  }

  /** `silent`: of the client. Throws a `Failure` when there are as many as may be. */
  add(kind: StreamKind, name: Name, silent: AbortSignal): Subscription {
    if (this.#counts.console + this.#counts.stats >= this.#max)
      throw this.#refuse(`${this.#max} streams are under way, and more may not be`);
    const tenant = labelsOf(name)[0] ?? '';
    if ((this.#byTenant.get(tenant) ?? 0) >= this.#perTenantMax)
      throw this.#refuse(`${this.#perTenantMax} streams of ${tenant}: are under way; end some`);
    const key = `${kind} ${name}`;
    const places = this.#byName.get(key) ?? new Set();
    this.#byName.set(key, places);
    const place: Place = { over: new AbortController(), replaced: null };
    places.add(place);
    this.#counts[kind] += 1;
    this.#count(tenant, 1);
    this.#makeRoom(places, `${kind === 'console' ? 'the console' : 'statistics'} of ${name}`);
    endWith(silent, place.over);
    return this.#subscription(place, () => {
      this.#counts[kind] -= 1;
      this.#count(tenant, -1);
      places.delete(place);
      if (places.size === 0 && this.#byName.get(key) === places) this.#byName.delete(key);
    });
  }

  #refuse(why: string): Failure {
    this.#refused += 1;
    return new Failure('BUSY', why);
  }

  #count(tenant: string, change: 1 | -1): void {
    const count = (this.#byTenant.get(tenant) ?? 0) + change;
    if (count === 0) this.#byTenant.delete(tenant);
    else this.#byTenant.set(tenant, count);
  }

  #makeRoom(places: Set<Place>, what: string): void {
    const [oldest] = places;
    if (places.size <= this.#perNameMax || oldest === undefined) return;
    places.delete(oldest);
    this.#replaced += 1;
    oldest.replaced = new Failure(
      'BUSY',
      `another one follows ${what} now, and no more than ${this.#perNameMax} may at the same time`,
    );
    oldest.over.abort(oldest.replaced);
  }

  #subscription(place: Place, leave: () => void): Subscription {
    let isLeft = false;
    return {
      over: place.over.signal,
      throwIfReplaced: () => {
        if (place.replaced !== null) throw place.replaced;
      },
      [Symbol.dispose]: () => {
        if (isLeft) return;
        isLeft = true;
        leave();
        place.over.abort();
      },
    };
  }
}

interface Place {
  readonly over: AbortController;
  replaced: Failure | null;
}

/** A connection may outlast a stream: what was over has no listener there. */
function endWith(silent: AbortSignal, over: AbortController): void {
  const end = (): void => over.abort(silent.reason);
  if (silent.aborted) end();
  else silent.addEventListener('abort', end, { once: true, signal: over.signal });
}
