import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { describeExit } from '@albatross/shared/domain/exit';
import { cpuText } from '../quantity.ts';
import { describeRule } from '../unikernel-view.ts';
import { policyUseWords } from './policy-use.ts';
import { inWords, spanWords } from './span-words.ts';
import { memoryText, runningSince, type ShownUnikernel } from './unikernel-table.ts';

/** What the table has no room for, a line each; of the arguments, which may be secrets, how many there are. */
export function unikernelLines(
  { unikernel, usage }: ShownUnikernel<UnikernelDetails>,
  policies: readonly PolicyEntry[],
  now: number,
): readonly string[] {
  const { nets, blocks, restart, nextTryAt, why, pastLives } = unikernel;
  return [
    `image ${unikernel.digest} for ${unikernel.target}`,
    ...processLines(unikernel, now),
    ...(usage === null
      ? []
      : [
          `CPU ${cpuText(usage.cpuShare)}, memory ${memoryText(unikernel, usage)}, sampled ${agoWords(usage.sampledAt, now)}`,
        ]),
    `CPUs ${unikernel.cpus.join(', ')}; start-up priority ${unikernel.startupPriority}`,
    ...nets.map(({ name, bridge, mac, tap }) => {
      return `network ${name} on ${bridge}, ${mac}${tap === null ? '' : `, tap ${tap}`}`;
    }),
    ...blocks.map(({ name, device, sizeMib }) => {
      return `block ${name} is ${device}${sizeMib === null ? '' : `, ${sizeMib} MiB`}`;
    }),
    argumentWords(unikernel),
    describeRule(restart),
    ...(nextTryAt === null ? [] : [`next try ${inWords(nextTryAt, now)}, at ${timeOf(nextTryAt)}`]),
    ...(why === null ? [] : [`because ${why}`]),
    ...policyLines(policies),
    ...pastLives.map(({ life, exit, at, lifetimeMs }) => {
      return `life ${life} ended at ${timeOf(at)} after ${lifetimeMs / 1000} s: ${describeExit(exit)}`;
    }),
  ].map((line) => `  ${line}`);
}

function processLines(unikernel: UnikernelDetails, now: number): readonly string[] {
  const since = runningSince(unikernel);
  if (since === null) return [];
  return [`process ${unikernel.pid}, up ${spanWords(now - since)}, since ${timeOf(since)}`];
}

function argumentWords({ arguments: { length }, addName }: UnikernelDetails): string {
  const count = length === 0 ? 'no arguments' : `${length} argument${length === 1 ? '' : 's'}`;
  return addName ? `${count}, and --name` : count;
}

/** Of its path and those above it; the machine's own is shown where there is no other. */
function policyLines(policies: readonly PolicyEntry[]): readonly string[] {
  return policies.map((entry) => {
    // A path ends in the colon that is wanted here.
    const whose = entry.isMachine ? 'the machine itself:' : `policy of ${entry.path}`;
    return `${whose} ${policyUseWords(entry)}`;
  });
}

function agoWords(at: number, now: number): string {
  return `${spanWords(now - at)} ago`;
}

const timeOf = (at: number): string => new Date(at).toISOString();
