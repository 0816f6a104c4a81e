import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { describeExit } from '@albatross/shared/domain/exit';
import type { UnikernelState } from '@albatross/shared/domain/unikernel';
import { painted, type Line, type Look } from '../colour.ts';
import { cpuText, durationText, UNKNOWN } from '../quantity.ts';
import { table } from '../table.ts';
import { inWords } from './span-words.ts';
import type { Usage } from './usage.ts';

/** A unikernel, and what it takes as far as that is known. */
export interface ShownUnikernel<Shown extends UnikernelSummary = UnikernelSummary> {
  readonly unikernel: Shown;
  readonly usage: Usage | null;
}

/** A row each below a heading; up to names of 20 characters they fit in 100 columns. */
export function unikernelTable(found: readonly ShownUnikernel[], now: number): readonly Line[] {
  const heading = ['NAME', 'STATE', 'UPTIME', 'RESTARTS', 'LAST EXIT', 'NEXT TRY', 'CPU', 'MEMORY'];
  return table(
    heading,
    found.map(({ unikernel, usage }) => [
      unikernel.name,
      painted(LOOKS[unikernel.state], unikernel.state),
      uptimeText(unikernel, now),
      String(unikernel.restarts),
      lastExitText(unikernel),
      unikernel.nextTryAt === null ? UNKNOWN : inWords(unikernel.nextTryAt, now),
      cpuText(usage?.cpuShare ?? null),
      memoryText(unikernel, usage),
    ]),
  );
}

/** Since when its process runs, if one does; null otherwise. */
export function runningSince({
  pid,
  startedAt,
}: Pick<UnikernelSummary, 'pid' | 'startedAt'>): number | null {
  return pid === null ? null : startedAt;
}

/** `4.1 of 32 MiB`: what its tender has in memory, of what the guest was given. */
export function memoryText(
  { memoryMib }: Pick<UnikernelSummary, 'memoryMib'>,
  usage: Usage | null,
): string {
  const used = usage === null ? UNKNOWN : mebibytes(usage.rssBytes);
  return `${used} of ${memoryMib} MiB`;
}

const LOOKS: Readonly<Record<UnikernelState, Look>> = {
  starting: 'waiting',
  running: 'good',
  stopping: 'waiting',
  'backing-off': 'waiting',
  stopped: 'faint',
  exited: 'faint',
  failed: 'bad',
};

function uptimeText(unikernel: UnikernelSummary, now: number): string {
  const since = runningSince(unikernel);
  return since === null ? UNKNOWN : durationText(now - since);
}

/** An older supervisor does not tell it apart. */
function lastExitText({ lastExit, exit }: UnikernelSummary): string {
  const last = lastExit ?? exit;
  return last === null ? UNKNOWN : describeExit(last);
}

function mebibytes(bytes: number): string {
  const amount = bytes / (1024 * 1024);
  return amount < 9.95 ? amount.toFixed(1) : String(Math.round(amount));
}
