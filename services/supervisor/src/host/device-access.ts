import { Failure } from '@albatross/shared/contracts/failures';
import type { TenderTarget } from '@albatross/shared/domain/unikernel';
import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { isSystemError } from './system-error.ts';

const KVM = '/dev/kvm';
const TUN = '/dev/net/tun';

type DeviceNode = typeof KVM | typeof TUN;

export interface TenderNeeds {
  readonly target: TenderTarget;
  readonly hasNets: boolean;
}

/**
 * Checks that a tender could open the device nodes it needs, and returns the groups its user must be a
 * member of for that. Throws a `Failure`.
 */
export function tenderGroups(needs: TenderNeeds, changesUser: boolean): readonly number[] {
  const nodes: DeviceNode[] = [];
  if (needs.target === 'hvt') nodes.push(KVM);
  if (needs.hasNets) nodes.push(TUN);
  return [...new Set(nodes.flatMap((node) => groupsFor(node, changesUser)))];
}

/** The same for what taps are attached through, whatever the tender. Throws a `Failure`. */
export function checkTun(changesUser: boolean): void {
  groupsFor(TUN, changesUser);
}

function groupsFor(path: DeviceNode, changesUser: boolean): readonly number[] {
  if (!changesUser) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return [];
    } catch (error) {
      const isMissing = isSystemError(error, 'ENOENT');
      throw refusal(
        path,
        isMissing ? 'there is none' : 'this user may not open it, nor is in a group that may',
      );
    }
  }
  const node = statIfThere(path);
  if (node === null) throw refusal(path, 'there is none');
  const groups = accessFor(node);
  if (groups === null)
    throw refusal(path, `its mode is ${(node.mode & 0o777).toString(8)}, its group ${node.gid}`);
  return groups;
}

function statIfThere(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The groups that open a node for reading and writing to an ordinary user; null when none does. Never root's. */
export function accessFor(node: {
  readonly mode: number;
  readonly gid: number;
}): readonly number[] | null {
  if ((node.mode & 0o006) === 0o006) return [];
  return (node.mode & 0o060) === 0o060 && node.gid !== 0 ? [node.gid] : null;
}

/** Who needs it, and what root types so that tenders may open it. */
const MENDS = {
  [KVM]: {
    who: 'solo5-hvt',
    mend: `modprobe kvm; chgrp kvm ${KVM}; chmod 660 ${KVM}; then users of the group kvm may open it`,
  },
  [TUN]: {
    who: 'a tender with network devices',
    mend: `modprobe tun; chmod 666 ${TUN}; as distributions have it: who may open it may attach only taps made for him`,
  },
} as const;

function refusal(device: DeviceNode, why: string): Failure {
  const { who, mend } = MENDS[device];
  return new Failure(
    'DEVICE_ACCESS',
    `${who} needs ${device}, and ${why}; to mend it, as root: ${mend}`,
    { device },
  );
}
