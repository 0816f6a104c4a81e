/** As people say it, in two units at most: `12 s`, `3 h 12 min`, `2 d 4 h`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = UNITS.findIndex(([, length]) => seconds >= length);
  if (first === -1) return '0 s';
  let left = seconds;
  const words: string[] = [];
  for (const [unit, length] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return words.join(' ');
}

/** `in 12 s`; `now` for what is due. */
export function inWords(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  return seconds <= 0 ? 'now' : `in ${spanWords(seconds * 1000)}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;
