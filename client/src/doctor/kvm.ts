import { findProgram } from '@albatross/shared/runtime/find-program';
import { lookAtDevice, whyNotOpen, type DeviceNode } from './device-access.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { tenderUsers, type TenderUsers } from './tender-users.ts';

const CHECK = 'kvm';
const MODPROBE = 'sudo modprobe kvm_intel || sudo modprobe kvm_amd';
const OPEN = 'sudo chgrp kvm /dev/kvm && sudo chmod 660 /dev/kvm';

/** Whether solo5-hvt gets at the machine's virtualisation. */
export async function checkKvm(place: HostPlace): Promise<readonly Finding[]> {
  const device = await lookAtDevice('/dev/kvm', 'kvm');
  const users = await tenderUsers(place);
  const folders = [place.folders.state, ...place.programFolders];
  const names = ['solo5-hvt', 'solo5-hvt.2'];
  const isThere = names.some((name) => findProgram(name, folders) !== null);
  return [judgeKvm(device, users, isThere)];
}

/** Without solo5-hvt nobody misses it: spt needs none, and qemu does without. */
export function judgeKvm(device: DeviceNode, users: TenderUsers, hasHvt: boolean): Finding {
  const why =
    device.node.kind === 'there' && !device.hasDriver
      ? `${device.path} is there, but no driver for it is loaded`
      : whyNotOpen(device, users);
  if (why === null) return passed(CHECK, `tenders may open ${device.path}`);
  const mend = device.hasDriver ? mendOf(device, users) : MODPROBE;
  const text = `${why}; images built for hvt cannot run`;
  return hasHvt ? failed(CHECK, text, mend) : warned(CHECK, text, mend);
}

/** The supervisor of an ordinary user gives tenders no group that he is not in. */
function mendOf({ node }: DeviceNode, users: TenderUsers): string {
  if (node.kind !== 'there') return MODPROBE;
  if (users === 'own') return OPEN;
  const isGroups = (node.mode & 0o060) === 0o060 && node.gid !== 0;
  return isGroups
    ? 'sudo usermod -aG "$(stat -c %G /dev/kvm)" "$USER"'
    : `${OPEN} && sudo usermod -aG kvm "$USER"`;
}
