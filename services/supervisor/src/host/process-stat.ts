import { readFileSync } from 'node:fs';
import type { TenderProcess } from './host.ts';

/** What we read of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  /** `Z` is a zombie. */
  readonly state: string;
  readonly startTicks: number;
}

/**
 * ```text
 * pid (comm) state ppid … starttime …
 *  1     2     3     4         22          fields as proc(5) counts them
 * ```
 *
 * The command may hold anything, parentheses and spaces included, so fields count from the last `)`.
 * Null for text of another shape.
 */
export function parseProcessStat(line: string): ProcessStat | null {
  const match = /^(?<pid>\d+) \(.*\) (?<rest>[^)]*)$/s.exec(line.trimEnd());
  const fields = match?.groups?.['rest']?.split(' ') ?? [];
  const [state, startTicks] = [fields[0], fields[22 - 3]];
  if (match === null || state === undefined || startTicks === undefined) return null;
  return { pid: Number(match.groups?.['pid']), state, startTicks: Number(startTicks) };
}

/** Changes at every boot; a start time is only unique within one. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Whether the very process still runs; a zombie does not, and neither does another with the same pid. */
export function isAlive(process: TenderProcess, bootId = readBootId()): boolean {
  try {
    if (process.bootId !== bootId) return false;
    const stat = parseProcessStat(readFileSync(`/proc/${process.pid}/stat`, 'utf8'));
    return stat !== null && stat.startTicks === process.startTicks && stat.state !== 'Z';
  } catch {
    return false;
  }
}
