import type { UnikernelDetails, UnikernelSummary } from '@albatross/shared/contracts/unikernel';
import { describeExit } from '@albatross/shared/domain/exit';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { aligned } from './table.ts';

/** The stable shape that programs get: times as RFC 3339, everything else as on the bus. */
export function toJson(unikernel: UnikernelSummary | UnikernelDetails): object {
  const json = { ...unikernel, startedAt: timeOf(unikernel.startedAt) };
  if (!('pastLives' in unikernel)) return json;
  return {
    ...json,
    nextTryAt: timeOf(unikernel.nextTryAt),
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

/** What the table has no room for, a line each. */
export function toLines(unikernel: UnikernelDetails): readonly string[] {
  const { restart, nextTryAt, why, pastLives, nets, blocks } = unikernel;
  return [
    `  CPUs ${unikernel.cpus.join(', ')}; start-up priority ${unikernel.startupPriority}`,
    ...nets.map(({ name, bridge, mac, tap }) => {
      return `  network ${name} on ${bridge}, ${mac}${tap === null ? '' : `, tap ${tap}`}`;
    }),
    ...blocks.map(({ name, device, sizeMib }) => {
      return `  block ${name} is ${device}${sizeMib === null ? '' : `, ${sizeMib} MiB`}`;
    }),
    `  ${describeRule(restart)}`,
    ...(nextTryAt === null ? [] : [`  next try at ${timeOf(nextTryAt)}`]),
    ...(why === null ? [] : [`  because ${escapeControl(why)}`]),
    ...pastLives.map(({ life, exit, at, lifetimeMs }) => {
      return `  life ${life} ended at ${timeOf(at)} after ${lifetimeMs / 1000} s: ${describeExit(exit)}`;
    }),
  ];
}

/** What is done when it ends by itself. */
export function describeRule(rule: UnikernelDetails['restart']): string {
  if (rule.kind === 'never') return 'not started again when it ends by itself';
  return rule.statuses.length === 0
    ? 'started again when it ends by itself'
    : `started again after status ${rule.statuses.join(', ')}`;
}

/** Rows with aligned columns, the heading first. */
export function toTable(unikernels: readonly UnikernelSummary[]): readonly string[] {
  return aligned([
    ['NAME', 'STATE', 'PID', 'MEMORY', 'STARTED', 'RESTARTS', 'IMAGE'],
    ...unikernels.map((one) => [
      one.name,
      one.exit === null ? one.state : `${one.state}: ${describeExit(one.exit)}`,
      one.pid === null ? '-' : String(one.pid),
      `${one.memoryMib} MiB`,
      one.startedAt === null ? '-' : new Date(one.startedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      String(one.restarts),
      `${one.target} ${one.digest.slice(0, 12)}`,
    ]),
  ]);
}
