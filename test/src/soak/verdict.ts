/** One line of the table in the end. */
export interface Verdict {
  readonly what: string;
  /** What was measured or counted, in short. */
  readonly found: string;
  /** What is not as it must be; none when all is well. */
  readonly problems: readonly string[];
}

const SHOWN_MAX = 20;

/** Of what there must be none of. */
export function noneOf(what: string, problems: readonly string[], found?: string): Verdict {
  return { what, found: found ?? count(problems.length), problems };
}

/** The table, then whatever is not good. */
export function tableOf(verdicts: readonly Verdict[]): readonly string[] {
  const wide = (of: (one: Verdict) => string): number =>
    Math.max(...verdicts.map((one) => of(one).length));
  const [whatWidth, foundWidth] = [wide(({ what }) => what), wide(({ found }) => found)];
  const rows = verdicts.map(({ what, found, problems }) => {
    const verdict = problems.length === 0 ? 'good' : 'NOT GOOD';
    return `${what.padEnd(whatWidth)}  ${found.padEnd(foundWidth)}  ${verdict}`;
  });
  return [...rows, ...verdicts.flatMap(explain)];
}

function explain({ what, problems }: Verdict): readonly string[] {
  const shown = problems.slice(0, SHOWN_MAX).map((text) => `${what}: ${text}`);
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, `${what}: and ${more} more`] : shown;
}

export const count = (number: number): string => Math.round(number).toLocaleString('en');
