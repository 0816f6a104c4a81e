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
  const bytes = Buffer.from(line);
  const head = headOf(bytes, bytes.length);
  if (head === null || !readCounts(bytes, head.end, bytes.length, OF_STAT)) return null;
  return { pid: head.pid, state: head.state, threads: countAt(20), startTicks: countAt(22) };
}

/** The same with what the process took, of the first `length` bytes. */
export function parseProcessCounters(
  bytes: Uint8Array,
  length = bytes.length,
): ProcessCounters | null {
  const head = headOf(bytes, length);
  if (head === null || !readCounts(bytes, head.end, length, OF_COUNTERS)) return null;
  // As one literal: this is read of every process in every sample.
  return {
    pid: head.pid,
    state: head.state,
    threads: countAt(20),
    startTicks: countAt(22),
    minorFaults: countAt(10),
    majorFaults: countAt(12),
    utimeTicks: countAt(14),
    stimeTicks: countAt(15),
    vsizeBytes: countAt(23),
    rssPages: countAt(24),
    swaps: countAt(36),
  };
}

/** Whether it ended. A zombie of several threads did not: one of them runs still. */
export function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1);
}

/** By field, 1 for those that are read; the last one is. */
const OF_STAT = fieldsRead(20, 22);
const OF_COUNTERS = fieldsRead(10, 12, 14, 15, 20, 22, 23, 24, 36);

function fieldsRead(...fields: readonly number[]): Uint8Array {
  const last = Math.max(...fields);
  return Uint8Array.from({ length: last + 1 }, (_, field) => (fields.includes(field) ? 1 : 0));
}

const [LINE_FEED, BLANK, OPEN, CLOSE, ZERO, NINE] = [0x0a, 0x20, 0x28, 0x29, 0x30, 0x39];

interface Head {
  readonly pid: number;
  readonly state: string;
  /** Where the fourth field begins. */
  readonly end: number;
}

/** What stands before the numbers; null when that has another shape. */
function headOf(bytes: Uint8Array, length: number): Head | null {
  let at = 0;
  let pid = 0;
  for (; isDigit(bytes[at]); at += 1) pid = pid * 10 + (bytes[at] ?? 0) - ZERO;
  if (at === 0 || at + 4 > length || bytes[at] !== BLANK || bytes[at + 1] !== OPEN || !isCount(pid))
    return null;
  let close = bytes.lastIndexOf(CLOSE, length - 4);
  while (close > at && bytes[close + 1] !== BLANK) close = bytes.lastIndexOf(CLOSE, close - 1);
  if (close <= at || bytes[close + 3] !== BLANK) return null;
  return { pid, state: String.fromCharCode(bytes[close + 2] ?? 0), end: close + 4 };
}

/** By field, those that were read last. Nobody waits between writing and reading. */
const counts = new Float64Array(OF_COUNTERS.length);

/**
 * Reads fields from the fourth on; false when there are fewer, or one of them is no count. To split a line, and
 * make numbers of its pieces, takes several times as long; and of all others only the end is looked for.
 */
function readCounts(bytes: Uint8Array, from: number, length: number, read: Uint8Array): boolean {
  let at = from;
  for (let field = 4; field < read.length; field += 1) {
    if (at >= length) return false;
    if (read[field] === 1) {
      let count = 0;
      for (; at < length; at += 1) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        count = count * 10 + digit;
      }
      if (!isCount(count) || (at < length && !isEnd(bytes[at]))) return false;
      counts[field] = count;
    } else while (at < length && !isEnd(bytes[at])) at += 1;
    at += 1;
  }
  return true;
}

function countAt(field: number): number {
  return counts[field] ?? 0;
}

function isEnd(code: number | undefined): boolean {
  return code === BLANK || code === LINE_FEED;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= ZERO && code <= NINE;
}

function isCount(number: number): boolean {
  return number <= Number.MAX_SAFE_INTEGER;
}
