/** What we read of /proc/PID/stat. */
export interface ProcessStat {
  /** `Z` is a zombie: one that ended, or whose first thread did. */
  readonly state: string;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly utimeTicks: number;
  readonly stimeTicks: number;
  readonly threads: number;
  readonly startTicks: number;
  readonly vsizeBytes: number;
  readonly rssPages: number;
  readonly swaps: number;
}

/**
 * ```text
 * pid (comm) state … minflt … majflt … utime stime … num_threads … starttime vsize rss … nswap …
 *  1     2     3       10       12      14    15         20            22      23   24    36
 * ```
 *
 * The command may hold anything, parentheses and spaces included, so fields count from the last `)`.
 * Null for text of another shape.
 */
export function parseProcessStat(line: string): ProcessStat | null {
  const end = line.lastIndexOf(') ');
  const fields = line.slice(end + 2).split(' ', LAST_FIELD - 2);
  if (end === -1 || fields.length < LAST_FIELD - 2) return null;
  const number = (field: number): number => Number(fields[field - 3]);
  const stat = {
    state: fields[0] ?? '',
    minorFaults: number(10),
    majorFaults: number(12),
    utimeTicks: number(14),
    stimeTicks: number(15),
    threads: number(20),
    startTicks: number(22),
    vsizeBytes: number(23),
    rssPages: number(24),
    swaps: number(36),
  };
  return Object.values(stat).every((value) => typeof value === 'string' || isCount(value))
    ? stat
    : null;
}

const LAST_FIELD = 36;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Whether it ended. A zombie of several threads did not: one of them runs still. */
export function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1);
}
