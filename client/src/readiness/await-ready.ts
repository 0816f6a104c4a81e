import { Failure } from '@albatross/shared/contracts/failures';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeCheck, type Check } from './check.ts';
import type { LifeConsole } from './life-console.ts';
import type { LifeWatch } from './life-watch.ts';
import type { Judgement } from './one-life.ts';
import { untilAccepted } from './tcp-probe.ts';

export type Readiness =
  | { readonly kind: 'ready'; readonly afterMs: number }
  /** `why`: `ended with status 3`, `up:5 was not met within 60 s`. */
  | { readonly kind: 'not-ready'; readonly why: string }
  /** Nobody could tell in the end: `why` says what was in the way. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'interrupted' };

interface Options {
  /** All have to hold. */
  readonly checks: readonly Check[];
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

interface Senses {
  readonly watch: LifeWatch;
  /** Null where no check asks for it. */
  readonly console: Pick<LifeConsole, 'untilFound' | 'trouble'> | null;
}

/** Waits until all checks hold for one life, within a time. */
export async function awaitReady(
  { checks, withinMs, signal }: Options,
  { watch, console }: Senses,
): Promise<Readiness> {
  const begin = performance.now();
  const late = new AbortController();
  const deadline = setTimeout(() => late.abort(), withinMs);
  const over = AbortSignal.any([signal, late.signal]);
  try {
    for (;;) {
      const round = new Round(checks, console);
      const outcome = await round.run(watch, over);
      if (outcome?.kind === 'same') return { kind: 'ready', afterMs: performance.now() - begin };
      if (outcome?.kind === 'fallen') return { kind: 'not-ready', why: outcome.why };
      if (signal.aborted) return { kind: 'interrupted' };
      if (outcome?.kind === 'anew' && !over.aborted) continue;
      const why = watch.trouble?.message ?? round.untold();
      if (why !== null) return { kind: 'unknown', why };
      return { kind: 'not-ready', why: `${round.unmet()} within ${withinMs / 1000} s` };
    }
  } catch (error) {
    if (error instanceof Failure) return { kind: 'unknown', why: error.message };
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

/** All checks, for one life. */
class Round {
  /** What does not hold yet, and what the last try said. */
  readonly #open: Map<Check, string | null>;
  readonly #console: Senses['console'];
  #seeUp: () => void = () => undefined;
  readonly #up = new Promise<void>((resolve) => {
    this.#seeUp = resolve;
  });

  constructor(checks: readonly Check[], console: Senses['console']) {
    this.#open = new Map(checks.map((check) => [check, null]));
    this.#console = console;
  }

  /**
   * What is judged of the life when all hold, or when it changes; null when it was over before that. Throws a
   * `Failure` when nobody can tell.
   */
  async run(watch: LifeWatch, over: AbortSignal): Promise<Judgement | null> {
    const stop = new AbortController();
    const signal = AbortSignal.any([over, stop.signal]);
    setMaxListeners(0, signal);
    try {
      const changed = watch.untilChanged(signal, this.#seeUp);
      changed.catch(() => undefined);
      const first = await Promise.race([changed, this.#holdAll(signal)]);
      // What held a moment ago may have been its last deed.
      return first === 'held' ? await watch.confirm(signal) : first;
    } finally {
      stop.abort();
    }
  }

  async #holdAll(signal: AbortSignal): Promise<'held'> {
    await Promise.all(
      [...this.#open.keys()].map(async (check) => {
        await this.#hold(check, signal);
        if (!signal.aborted) this.#open.delete(check);
      }),
    );
    return 'held';
  }

  async #hold(check: Check, signal: AbortSignal): Promise<void> {
    switch (check.kind) {
      case 'up':
        // May never be: what waits for us then ends with the watch.
        await this.#up;
        await sleep(check.ms, undefined, { signal }).catch(() => undefined);
        return;
      case 'tcp':
        return await untilAccepted(check, signal, (why) => this.#open.set(check, why));
      case 'console':
        await this.#console?.untilFound(check.pattern, signal);
    }
  }

  /** What keeps a check from being told, for people; null when nothing does. */
  untold(): string | null {
    const trouble = this.#console?.trouble ?? null;
    const check = [...this.#open.keys()].find(({ kind }) => kind === 'console');
    if (trouble === null || check === undefined) return null;
    return `${describeCheck(check)} cannot be looked for: ${trouble.message}`;
  }

  /** `console:ready was not met`, for people. */
  unmet(): string {
    const all = [...this.#open].map(([check, tried]) => {
      return `${describeCheck(check)} was not met${tried === null ? '' : ` (${tried})`}`;
    });
    return all.length === 0 ? 'it was not seen up at the end' : all.join(', and ');
  }
}
