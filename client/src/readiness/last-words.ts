import { setTimeout as sleep } from 'node:timers/promises';
import type { LifeConsole } from './life-console.ts';
import type { LifeWatch } from './life-watch.ts';

/** How long the last lines of a life that has ended are waited for; and by who follows, to miss none. */
export const LAST_LINES_DEADLINE_MS = 2_000;
export const LAST_FOLLOWED_LINES_DEADLINE_MS = 30_000;

/**
 * What a guest prints last is read a moment after it has ended, or once the console is there again. Returns
 * whether all of it is known.
 */
export async function lastWords(
  { ended }: LifeWatch,
  console: LifeConsole | null,
  { isFollowing }: { readonly isFollowing: boolean },
): Promise<boolean> {
  if (console === null || ended === null) return true;
  const stop = new AbortController();
  const { signal } = stop;
  const deadlineMs = isFollowing ? LAST_FOLLOWED_LINES_DEADLINE_MS : LAST_LINES_DEADLINE_MS;
  const late = sleep(deadlineMs, false, { signal });
  try {
    return await Promise.race([console.untilTold(ended.lifeNumber, signal), late]);
  } finally {
    stop.abort();
  }
}
