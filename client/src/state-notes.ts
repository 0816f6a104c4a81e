import { pathOf, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import type { WireConfig } from '@albatross/wire';
import type { RunningSystem } from './running-system.ts';
import { leftOut, type UnikernelRequest } from './state-request.ts';

/** What to know before a unikernel is imported. The supervisor decides, and by then things may have changed. */
export function unikernelNotes(
  written: WireConfig,
  { config }: UnikernelRequest,
  system: RunningSystem | null,
): readonly string[] {
  const bridges = config.nets.map(({ bridge }) => bridge);
  const unused = leftOut(written);
  return [
    ...(unused === null ? [] : [unused]),
    ...missingFromMachine(config.cpus, bridges, system),
    ...(system === null
      ? []
      : config.blocks.flatMap(({ device }) => blockNotes(config.name, device, system))),
  ];
}

/** What it asks for and the machine does not have. */
export function missingFromMachine(
  cpus: readonly number[],
  bridges: readonly string[],
  system: RunningSystem | null,
): readonly string[] {
  const root = system?.policies.get(ROOT)?.policy;
  if (root === undefined) return [];
  return [
    ...cpus.filter((cpu) => !root.cpus.includes(cpu)).map((cpu) => `CPU ${cpu} is not there`),
    ...[...new Set(bridges)]
      .filter((bridge) => !root.bridges.includes(bridge))
      .map((bridge) => `the bridge ${bridge} is not there`),
  ];
}

function blockNotes(
  name: UnikernelName,
  device: string,
  { blocks }: RunningSystem,
): readonly string[] {
  // A ZFS volume is none of ours.
  if (device.startsWith('/')) return [];
  const path = pathOf(name);
  const block = path === ROOT ? device : `${path}${device}`;
  const found = blocks.get(block);
  if (found === undefined) return [`the block device ${block} is not there`];
  const { usedBy, fault } = found;
  return [
    ...(usedBy === null || usedBy === name ? [] : [`${usedBy} has the block device ${block}`]),
    ...(fault === null ? [] : [`the block device ${block} cannot be used: ${fault}`]),
  ];
}
