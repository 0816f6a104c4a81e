import { readdirSync, readFileSync } from 'node:fs';

/** What a process takes; null for what the machine did not tell. */
export interface Usage {
  readonly utimeUs: number;
  readonly stimeUs: number;
  readonly maxRssBytes: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly rssBytes: number | null;
  readonly vsizeBytes: number | null;
  readonly threads: number | null;
  readonly openFiles: number | null;
}

/**
 * What this process takes. Never throws: what needs a file is null for a process that can open no more,
 * which is when somebody wants to know the rest. Switches are those of all threads, of which
 * /proc/self/status has the first one's only.
 */
export function readProcessUsage(folder = '/proc/self'): Usage {
  const own = process.resourceUsage();
  return {
    utimeUs: own.userCPUTime,
    stimeUs: own.systemCPUTime,
    maxRssBytes: own.maxRSS * 1024,
    minorFaults: own.minorPageFault,
    majorFaults: own.majorPageFault,
    voluntarySwitches: own.voluntaryContextSwitches,
    involuntarySwitches: own.involuntaryContextSwitches,
    ...parseStatus(orNull(() => readFileSync(`${folder}/status`, 'latin1')) ?? ''),
    openFiles: orNull(() => countOpenFiles(`${folder}/fd`)),
  };
}

/**
 * ```text
 * status = *(key ":" *WSP value LF)
 * value  = 1*DIGIT [" kB"]              ; of the keys we want; a kB has 1024 bytes
 * ```
 */
export function parseStatus(text: string): Pick<Usage, 'rssBytes' | 'vsizeBytes' | 'threads'> {
  return {
    rssBytes: kibibytes(text, 'VmRSS'),
    vsizeBytes: kibibytes(text, 'VmSize'),
    threads: valueOf(text, 'Threads', ''),
  };
}

function kibibytes(text: string, key: string): number | null {
  const value = valueOf(text, key, ' kB');
  return value === null ? null : value * 1024;
}

/** A name of a process that holds the end of a line is escaped: no line can be forged. */
function valueOf(text: string, key: string, unit: string): number | null {
  const digits = new RegExp(`^${key}:[ \\t]*(\\d{1,12})${unit}$`, 'm').exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Less the one that counting takes. */
function countOpenFiles(folder: string): number {
  return readdirSync(folder).length - 1;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
