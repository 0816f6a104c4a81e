import { readFileSync } from 'node:fs';
import type { TenderProcess } from './host.ts';
import { isSystemError } from './system-error.ts';

/** What we read of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  /** `Z` is a zombie: one whose last thread has not ended cannot be waited for yet. */
  readonly state: string;
  readonly threads: number;
  readonly startTicks: number;
}

/**
 * ```text
 * pid (comm) state ppid … num_threads … starttime …
 *  1     2     3     4         20           22         fields as proc(5) counts them
 * ```
 *
 * The command may hold anything, parentheses and spaces included, so fields count from the last `)`.
 * Null for text of another shape.
 */
export function parseProcessStat(line: string): ProcessStat | null {
  const match = /^(?<pid>\d+) \(.*\) (?<rest>[^)]*)$/s.exec(line.trimEnd());
  const fields = match?.groups?.['rest']?.split(' ') ?? [];
  const [state, threads, startTicks] = [fields[0], fields[20 - 3], fields[22 - 3]];
  if (match === null || state === undefined || startTicks === undefined) return null;
  return {
    pid: Number(match.groups?.['pid']),
    state,
    threads: Number(threads),
    startTicks: Number(startTicks),
  };
}

/** Changes at every boot; a start time is only unique within one. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/**
 * How the very process stands, and not another with the same pid. `wedged`: its first thread ended and
 * another did not. Throws when that cannot be told, as for want of file descriptors: then it may well run.
 */
export function standingOf(
  process: TenderProcess,
  bootId = readBootId(),
): 'alive' | 'wedged' | 'gone' {
  if (process.bootId !== bootId) return 'gone';
  const stat = parseProcessStat(readStat(process.pid));
  if (stat?.startTicks !== process.startTicks) return 'gone';
  if (stat.state !== 'Z') return 'alive';
  return stat.threads > 1 ? 'wedged' : 'gone';
}

/** The line, or nothing when there is no such process; it may end while we read. */
function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return '';
    throw error;
  }
}
