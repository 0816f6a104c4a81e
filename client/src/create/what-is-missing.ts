import { Failure } from '@albatross/shared/contracts/failures';
import { INTERFACE_NAME } from '@albatross/shared/domain/device';
import { pathOf, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import type { GivenDevices } from './fill-devices.ts';

/** What the system has for devices. */
export interface DevicesThere {
  /** The host's; null is not known. */
  readonly bridges: readonly string[] | null;
  /** Block devices in the unikernel's own path; null is not known. */
  readonly blocks: readonly BlockThere[] | null;
}

export interface BlockThere {
  readonly label: string;
  readonly usedBy: UnikernelName | null;
}

/**
 * The first thing that the devices of a unikernel need and the system does not have, or has given to another, with
 * what would help; null when it has all of it, as far as that is known.
 */
export function whatIsMissing(
  unikernel: UnikernelName,
  { nets, blocks }: GivenDevices,
  there: DevicesThere,
): Failure | null {
  // What is no name at all, or a ZFS volume, the supervisor knows more of.
  for (const { name, bridge = name } of nets)
    if (INTERFACE_NAME.test(bridge) && there.bridges?.includes(bridge) === false)
      return noBridge(name, bridge, there.bridges);
  for (const { name, device = name } of blocks) {
    const label = /^[A-Za-z0-9.][A-Za-z0-9.-]*$/.test(device) ? device.toLowerCase() : null;
    if (label === null || there.blocks === null) continue;
    const found = there.blocks.find((block) => block.label === label);
    const path = pathOf(unikernel);
    const whole = `${path === ROOT ? '' : path}${label}`;
    const free = there.blocks.filter(({ usedBy }) => usedBy === null).map((block) => block.label);
    if (found === undefined) return noBlock(name, whole, free);
    // It gives back what it has when it is replaced.
    const { usedBy } = found;
    if (usedBy !== null && usedBy !== unikernel) return inUse(name, whole, usedBy, free);
  }
  return null;
}

function noBridge(net: string, bridge: string, there: readonly string[]): Failure {
  const mend = `ip link add ${bridge} type bridge; ip link set ${bridge} up`;
  return new Failure(
    'BRIDGE_NOT_FOUND',
    `the host has no bridge ${bridge}; it has ${someOf(there)}; for network ${net}, ${instead('--net', net, 'BRIDGE', there)}make it, as root: ${mend}`,
    { device: net, missing: [bridge], there },
  );
}

function noBlock(block: string, device: string, free: readonly string[]): Failure {
  return new Failure(
    'BLOCK_NOT_FOUND',
    `there is no block device ${device}; ${isFree(free)}; for block ${block}, ${instead('--block', block, 'DEVICE', free)}make it: albatross create-block ${device} MIB`,
    { device: block, missing: [device], there: free },
  );
}

function inUse(
  block: string,
  device: string,
  usedBy: UnikernelName,
  free: readonly string[],
): Failure {
  return new Failure(
    'BLOCK_IN_USE',
    `the block device ${device} is used by the unikernel ${usedBy}; ${isFree(free)}; for block ${block}, ${instead('--block', block, 'DEVICE', free)}end that one: albatross destroy ${usedBy}`,
    { device: block, usedBy, there: free },
  );
}

function isFree(free: readonly string[]): string {
  return `free beside it is ${someOf(free)}`;
}

function someOf(there: readonly string[]): string {
  if (there.length === 0) return 'none';
  const more = there.length > SHOWN_MAX ? `, and ${there.length - SHOWN_MAX} more` : '';
  return `${there.slice(0, SHOWN_MAX).join(', ')}${more}`;
}

const SHOWN_MAX = 8;

/** Only where there is one to choose. */
function instead(option: string, device: string, value: string, there: readonly string[]): string {
  return there.length === 0 ? '' : `name another with ${option} ${device}:${value}, or `;
}
