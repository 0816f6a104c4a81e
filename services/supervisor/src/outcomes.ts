import type { Caller } from '@albatross/shared/bus/serve';
import { Failure } from '@albatross/shared/contracts/failures';
import { encode } from '@albatross/shared/bus/codec';
import { createHash } from 'node:crypto';
import type { Outcome } from '@albatross/shared/contracts/stored-outcome';

/** How long an outcome is remembered, and how many at most. */
export const OUTCOME_KEPT_MS = 10 * 60_000;
export const OUTCOMES_MAX = 10_000;

/** Who asks, and for what: a repetition has all of it the same. */
export interface Asked {
  readonly caller: string;
  /** In whose name; for the log. */
  readonly actor: string;
  readonly id: string;
  /** SHA-256 of what is asked and the request's body. */
  readonly body: string;
}

export function asked(caller: Caller, verb: string, request: { readonly id: string }): Asked {
  const body = createHash('sha256').update(verb).update(encode(request)).digest('hex');
  return { caller: caller.identity, actor: caller.actor, id: request.id, body };
}

/** Makes requests that change something happen once, however often they arrive. */
export class Outcomes {
  readonly #kept = new Map<string, { readonly body: string; at: number; reply: Promise<object> }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What was stored before a restart. */
  restore(outcome: Outcome): void {
    const { body, at, reply } = outcome;
    this.#kept.set(key(outcome), { body, at, reply: Promise.resolve(reply) });
  }

  /**
   * Carries out `work`, unless the same request was carried out before or is under way: then the answer is
   * that one's. A failure is remembered too, as long as this process lives. Throws `ID_REUSED`.
   */
  async once<T extends object>(request: Asked, work: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key(request));
    if (known === undefined) {
      const reply = work();
      reply.catch(letGo);
      this.#forgetSome();
      this.#kept.set(key(request), { body: request.body, at: this.#now(), reply });
      return await reply;
    }
    if (known.body !== request.body) {
      throw new Failure(
        'ID_REUSED',
        `the request id ${request.id} was used before, for something else`,
      );
    }
    // The same id always had the same contract, for the body names all there is.
    return (await known.reply) as T;
  }

  #forgetSome(): void {
    const old = this.#now() - OUTCOME_KEPT_MS;
    for (const [name, { at }] of this.#kept) {
      if (at >= old && this.#kept.size < OUTCOMES_MAX) return;
      this.#kept.delete(name);
    }
  }
}

/**
 * Until somebody looks at an error's stack, it holds the functions on it and all they use, as uploads; so whoever
 * keeps an error for long looks.
 */
function letGo(error: unknown): void {
  if (error instanceof Error) void error.stack;
}

/** What is remembered of a request that was carried out; who asked for it in whose name stands in its event. */
export function outcomeOf(
  { caller, id, body }: Asked,
  rest: Omit<Outcome, 'caller' | 'id' | 'body'>,
): Outcome {
  return { caller, id, body, ...rest };
}

export function isFresh(outcome: Outcome, now: number): boolean {
  return outcome.at >= now - OUTCOME_KEPT_MS;
}

const key = ({ caller, id }: { readonly caller: string; readonly id: string }): string =>
  `${caller} ${id}`;
