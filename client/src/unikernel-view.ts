import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { escapeControl } from '@albatross/shared/runtime/escape';

/**
 * The stable shape that programs get: times as RFC 3339, of the arguments, which may be secrets, how many there are,
 * and everything else as on the bus.
 */
export function toJson(unikernel: UnikernelSummary | UnikernelDetails): object {
  const { startedAt, nextTryAt } = unikernel;
  const json = { ...unikernel, startedAt: timeOf(startedAt), nextTryAt: timeOf(nextTryAt) };
  if (!('pastLives' in unikernel)) return json;
  const { arguments: given, ...rest } = { ...unikernel, ...json };
  return {
    ...rest,
    argumentCount: given.length,
    pastLives: unikernel.pastLives.map((past) => ({ ...past, at: timeOf(past.at) })),
  };
}

const timeOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/** What became of a command: `created hello: running, process 42`. */
export function describeState(done: string, { name, state, pid, why }: UnikernelDetails): string {
  const process = pid === null ? '' : `, process ${pid}`;
  const reason = why === null ? '' : ` (${escapeControl(why)})`;
  return `${done} ${name}: ${state}${process}${reason}`;
}

/** What is done when it ends by itself. */
export function describeRule(rule: UnikernelDetails['restart']): string {
  if (rule.kind === 'never') return 'not started again when it ends by itself';
  return rule.statuses.length === 0
    ? 'started again when it ends by itself'
    : `started again after status ${rule.statuses.join(', ')}`;
}
