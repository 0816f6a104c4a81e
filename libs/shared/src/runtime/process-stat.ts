/** Which process it is, and how it stands: what we read of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  /** `Z` is a zombie: one that ended, or whose first thread did. */
  readonly state: string;
  readonly threads: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

/** And what it took. */
export interface ProcessCounters extends ProcessStat {
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly utimeTicks: number;
  readonly stimeTicks: number;
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
 * Fields as proc(5) counts them. The command may hold anything, parentheses and spaces included, so they
 * count from the last `)`. Null for text of another shape; what a process took makes no difference to that.
 */
export function parseProcessStat(line: string): ProcessStat | null {
  const fields = fieldsOf(line, START_TICKS);
  if (fields === null) return null;
  return ifCounts({
    pid: pidIn(line),
    state: fields[0] ?? '',
    threads: numberIn(fields, 20),
    startTicks: numberIn(fields, START_TICKS),
  });
}

/** The same with what the process took. */
export function parseProcessCounters(line: string): ProcessCounters | null {
  const fields = fieldsOf(line, SWAPS);
  if (fields === null) return null;
  // As one literal: this is read of every process in every sample.
  return ifCounts({
    pid: pidIn(line),
    state: fields[0] ?? '',
    threads: numberIn(fields, 20),
    startTicks: numberIn(fields, START_TICKS),
    minorFaults: numberIn(fields, 10),
    majorFaults: numberIn(fields, 12),
    utimeTicks: numberIn(fields, 14),
    stimeTicks: numberIn(fields, 15),
    vsizeBytes: numberIn(fields, 23),
    rssPages: numberIn(fields, 24),
    swaps: numberIn(fields, SWAPS),
  });
}

/** Whether it ended. A zombie of several threads did not: one of them runs still. */
export function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1);
}

const START_TICKS = 22;
const SWAPS = 36;

/** From the third one on; null when there are fewer. */
function fieldsOf(line: string, last: number): readonly string[] | null {
  const end = line.lastIndexOf(') ');
  const fields = line.slice(end + 2).split(' ', last - 2);
  return end === -1 || fields.length < last - 2 ? null : fields;
}

/** Of a line that does not begin with it, no number. */
function pidIn(line: string): number {
  return Number(line.slice(0, line.indexOf(' (')) || 'none');
}

function numberIn(fields: readonly string[], field: number): number {
  return Number(fields[field - 3]);
}

function ifCounts<T extends ProcessStat>(stat: T): T | null {
  const isWhole = Object.values(stat).every(
    (value) => typeof value === 'string' || (Number.isSafeInteger(value) && value >= 0),
  );
  return isWhole ? stat : null;
}
