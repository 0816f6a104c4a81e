import type { Policy } from '@albatross/shared/domain/policy';
import { amountOf, choiceOf, listOf } from '@albatross/shared/domain/policy-words';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import {
  startupPriorityOf,
  type WireArgs,
  type WireBlock,
  type WireFail,
  type WireNet,
} from '@albatross/wire';
import type { PolicyJson } from './configuration-json.ts';

/** `16 unikernels, 1024 MiB of memory, no block storage, the CPUs 0-1, the bridge service` */
export function policyWords(policy: Policy | PolicyJson): string {
  const { unikernels, memoryMib, cpus, blockMib, bridges } = policy;
  return [
    unikernels === null || unikernels === POLICY_UNIKERNELS_MAX
      ? 'any number of unikernels'
      : amountOf('unikernels', unikernels),
    amountOf('memoryMib', memoryMib),
    amountOf('blockMib', blockMib ?? 0),
    choiceOf('cpus', cpus),
    choiceOf('bridges', bridges),
  ].join(', ');
}

/** What a unikernel is given, in one line: of its arguments, which may be secrets, how many there are. */
export function configurationWords(args: WireArgs): string {
  return [
    amountOf('memoryMib', args.memory),
    choiceOf('cpus', args.cpuids),
    `start-up priority ${startupPriorityOf(args)}`,
    restartWords(args.fail),
    argumentWords(args),
  ].join(', ');
}

/** A line for each device. */
export function deviceWords({ nets, blocks }: WireArgs): readonly string[] {
  return [...nets.map(netWords), ...blocks.map(blockWords)];
}

function restartWords(fail: WireFail): string {
  if (fail.kind === 'quit') return 'never restarted';
  if (fail.codes.length === 0) return 'restarted after any status that can be';
  return `restarted after status ${listOf(fail.codes.map(String))}`;
}

function argumentWords({ arguments: { length }, addName }: WireArgs): string {
  const count = length === 0 ? 'no arguments' : `${length} argument${length === 1 ? '' : 's'}`;
  return addName ? `${count} and --name` : count;
}

function netWords({ name, bridge, mac }: WireNet): string {
  return `net ${name} on the bridge ${bridge ?? name}${mac === null ? '' : `, ${mac}`}`;
}

function blockWords({ name, device, sectorSize }: WireBlock): string {
  const sectors = sectorSize === null ? '' : `, sectors of ${sectorSize} bytes`;
  return `block ${name} from ${device ?? name}${sectors}`;
}
