import { Hint } from '@albatross/shared/bus/console/hint';
import { Failure } from '@albatross/shared/contracts/failures';
import { Answers, type OnTrouble } from './answers.ts';
import type { Lookout } from './lookout.ts';
import { judge, type Judgement, type OneLife } from './one-life.ts';
import type { Seen } from './seen.ts';

type Over = Extract<Seen, { readonly kind: 'over' }>;

/**
 * Watches a life of a unikernel. That nobody can be asked, as while the bus or the supervisor is started again,
 * is no end of it: that is waited out.
 */
export class LifeWatch {
  readonly #lookout: Lookout;
  #one: OneLife;
  readonly #answers = new Answers('nobody has said yet how it stands');
  /** The newest life that was seen to have ended, its number where that is told; null before any. */
  ended: { readonly lifeNumber: number | null } | null = null;

  constructor(lookout: Lookout, one: OneLife) {
    this.#lookout = lookout;
    this.#one = one;
  }

  /** Why the last look showed nothing; null when it did. */
  get trouble(): Failure | null {
    return this.#answers.trouble;
  }

  set onTrouble(listener: OnTrouble) {
    this.#answers.onTrouble = listener;
  }

  /**
   * Resolves when the life does not go on any more; with null when the signal comes first. `onUp` is called
   * whenever it is seen running. Throws a `Failure`.
   */
  async untilChanged(
    signal: AbortSignal,
    onUp: () => void,
  ): Promise<Exclude<Judgement, { kind: 'same' }> | null> {
    return await this.#until(signal, (seen) => {
      const judgement = this.#judge(seen);
      if (judgement.kind !== 'same') return judgement;
      if (seen.kind === 'up') onUp();
      return null;
    });
  }

  /**
   * What one more look says; one that does not show whether it lives, as while it is being stopped, is no answer.
   * Null when the signal comes first. Throws a `Failure`.
   */
  async confirm(signal: AbortSignal): Promise<Judgement | null> {
    return await this.#until(signal, (seen) => {
      const judgement = this.#judge(seen);
      return judgement.kind === 'same' && seen.kind !== 'up' ? null : judgement;
    });
  }

  /** Resolves when it has ended for good; with null when the signal comes first. Throws a `Failure`. */
  async untilOver(signal: AbortSignal): Promise<Over | null> {
    return await this.#until(signal, (seen) => (seen.kind === 'over' ? seen : null));
  }

  #judge(seen: Seen): Judgement {
    const judgement = judge(this.#one, seen);
    if (judgement.kind !== 'fallen') this.#one = judgement.one;
    return judgement;
  }

  async #until<T>(signal: AbortSignal, decide: (seen: Seen) => T | null): Promise<T | null> {
    const hint = new Hint();
    using _ = this.#lookout.onHint(() => hint.give());
    const stop = (): void => hint.give();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        const seen = await this.#look(signal);
        const decided = seen === null ? null : decide(seen);
        if (decided !== null) return decided;
        if (!signal.aborted) await hint.wait(this.#lookout.everyMs);
      }
      return null;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Null when nothing could be seen, or the signal came first. */
  async #look(signal: AbortSignal): Promise<Seen | null> {
    try {
      const seen = await unlessAborted(this.#lookout.look(), signal);
      if (seen === null) return null;
      this.#answers.came();
      if (seen.kind === 'over' || (seen.kind !== 'unclear' && seen.endedLife !== null))
        this.ended = { lifeNumber: seen.endedLife };
      return seen;
    } catch (error) {
      if (!(error instanceof Failure) || !this.#lookout.isPassing(error)) throw error;
      this.#answers.failed(error);
      return null;
    }
  }
}

/** Whoever presses Ctrl-C does not wait for an answer. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
