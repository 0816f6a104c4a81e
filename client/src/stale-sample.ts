/** After so many intervals without a newer sample, a number says nothing about now. */
const STALE_AFTER_INTERVALS = 2.5;

/** Whether a sample taken then is of long ago; never where nobody knows how often samples are taken. */
export function isLongAgo(at: number, intervalMs: number | null, now: number): boolean {
  return now - at > STALE_AFTER_INTERVALS * (intervalMs ?? Infinity);
}
