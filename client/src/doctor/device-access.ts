import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { failed, passed, type Finding } from './finding.ts';
import { lookAt, type Looked } from './look-at.ts';
import type { TenderUsers } from './tender-users.ts';

/** What stands in a device node's way. */
export interface DeviceNode {
  /** As in `/dev/kvm`. */
  readonly path: string;
  readonly node: Looked;
  /** Whether a driver is loaded; the node may be there without one. */
  readonly hasDriver: boolean;
  /** Whether whoever asks may open it. */
  readonly isOpenToAsker: boolean;
}

/** `misc` is its name below `/sys/class/misc`. */
export async function lookAtDevice(path: string, misc: string): Promise<DeviceNode> {
  const node = await lookAt(path);
  const driver = await lookAt(`/sys/class/misc/${misc}`);
  const isOpenToAsker = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return { path, node, hasDriver: driver.kind === 'there', isOpenToAsker };
}

/**
 * Null when tenders can open it, otherwise why not. The supervisor's rule: everybody may read and write, or a
 * group may that is not root's, which the tender's user then gets.
 */
export function whyNotOpen(
  { path, node, isOpenToAsker }: DeviceNode,
  users: TenderUsers,
): string | null {
  if (node.kind === 'missing') return `there is no ${path}`;
  if (node.kind === 'hidden') return `${path} cannot be looked at (${node.code})`;
  if (node.type !== 'device') return `${path} is no device`;
  if (users === 'asker')
    return isOpenToAsker ? null : `this user may not open ${path}, nor is in a group that may`;
  const isEverybodys = (node.mode & 0o006) === 0o006;
  const isGroups = (node.mode & 0o060) === 0o060 && node.gid !== 0;
  if (isEverybodys || isGroups) return null;
  return `tenders may not open ${path}: its mode is ${node.mode.toString(8)}, its group ${node.gid}`;
}

/** What becomes of a device whose lack is a failure. */
export function deviceFinding(
  check: string,
  device: DeviceNode,
  users: TenderUsers,
  mend: string,
): Finding {
  const why = whyNotOpen(device, users);
  return why === null ? passed(check, `tenders may open ${device.path}`) : failed(check, why, mend);
}
