import { hasEnded, parseProcessStat } from '@albatross/shared/runtime/process-stat';
import { readFileSync } from 'node:fs';
import type { TenderProcess } from './host.ts';
import { isSystemError } from './system-error.ts';

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
  if (hasEnded(stat)) return 'gone';
  return stat.state === 'Z' ? 'wedged' : 'alive';
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
