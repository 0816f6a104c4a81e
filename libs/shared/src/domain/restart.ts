import type { Exit } from './exit.ts';

/** What is done when a guest ends and nobody asked for it. */
export type RestartRule =
  | { readonly kind: 'never' }
  /** After any of these statuses, or after any that can be restarted when there are none. */
  | { readonly kind: 'on-exit'; readonly statuses: readonly number[] };

/** A life that was shorter than this was a failure, whatever its exit. */
export const HEALTHY_AFTER_MS = 60_000;
/** So many failures without a healthy life in between, and it is not tried again. */
export const FAILURES_MAX = 20;
/** The wait doubles from the first to the second, give or take a fifth. */
export const RESTART_DELAY_MIN_MS = 200;
export const RESTART_DELAY_MAX_MS = 60_000;

/** Of an argument the guest does not know, as an injected `--name` may be. */
const BAD_ARGUMENT = 64;

export interface EndedLife {
  readonly exit: Exit;
  readonly lifetimeMs: number;
}

export type AfterExit =
  /** It has ended for good. */
  | { readonly kind: 'over' }
  /** `failures`: lives that were not healthy, since the last that was. */
  | { readonly kind: 'again'; readonly delayMs: number; readonly failures: number }
  /** At once, and from now on without the injected name. */
  | { readonly kind: 'again-without-name' }
  | { readonly kind: 'gave-up'; readonly failures: number };

/**
 * What follows from the end of a life. `failures` is the count before it; `random` is from 0 up to 1.
 *
 * A guest that was given `--name` and answers with status 64 is started once without it, whatever its rule.
 */
export function afterExit(
  { exit, lifetimeMs }: EndedLife,
  config: { readonly restart: RestartRule; readonly addName: boolean },
  failures: number,
  random: number,
): AfterExit {
  if (config.addName && exit.kind === 'status' && exit.status === BAD_ARGUMENT) {
    return { kind: 'again-without-name' };
  }
  if (!isRestarted(exit, config.restart)) return { kind: 'over' };
  const count = lifetimeMs >= HEALTHY_AFTER_MS ? 0 : failures + 1;
  if (count > FAILURES_MAX) return { kind: 'gave-up', failures: count };
  return { kind: 'again', delayMs: delayAfter(Math.max(1, count), random), failures: count };
}

/** The wait before the next try, after so many failures in a row, at least one. */
export function delayAfter(failures: number, random: number): number {
  const delay = Math.min(RESTART_DELAY_MIN_MS * 2 ** (failures - 1), RESTART_DELAY_MAX_MS);
  return Math.round(delay * (0.8 + 0.4 * random));
}

/**
 * Statuses that are never restarted, as in the original: the tender's own errors, and what a guest says of
 * its arguments. Listing them has no effect.
 */
const NEVER = new Set([1, 60, 61, 62, 63, 64]);

/** A signal nobody of ours sent counts as 128 + its number; an unknown end as a failure without a status. */
function isRestarted(exit: Exit, rule: RestartRule): boolean {
  if (rule.kind === 'never') return false;
  const status = statusOf(exit);
  if (status === null) return rule.statuses.length === 0;
  if (NEVER.has(status)) return false;
  return rule.statuses.length === 0 || rule.statuses.includes(status);
}

function statusOf(exit: Exit): number | null {
  switch (exit.kind) {
    case 'status':
      return exit.status;
    case 'signal':
      return 128 + exit.signal;
    case 'unknown':
      return null;
  }
}
