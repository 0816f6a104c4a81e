const BLOCKS = '▁▂▃▄▅▆▇█';
/** For terminals that know no others. */
const ASCII = '.:-=+*%@';

/**
 * What CPUs were kept busy, the newest at the right, in exactly `width` characters. Full height is one CPU,
 * so that two lines can be compared, or the most there was if that is more. A blank stands for null.
 */
export function sparkline(
  shares: readonly (number | null)[],
  width: number,
  { isUnicode }: { readonly isUnicode: boolean },
): string {
  const shown = width > 0 ? shares.slice(-width) : [];
  const top = Math.max(1, ...shown.map((share) => share ?? 0));
  const levels = isUnicode ? BLOCKS : ASCII;
  return shown
    .map((share) => (share === null ? ' ' : levels[Math.round((share / top) * 7)]))
    .join('')
    .padStart(width);
}
