import { lookAtDevice, deviceFinding } from './device-access.ts';
import type { Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { tenderUsers } from './tender-users.ts';

/** As distributions have it: who may open it may attach only taps that were made for him. */
const MEND = 'sudo modprobe tun; sudo chmod 666 /dev/net/tun';

/** Whether tenders can be attached to networks. */
export async function checkTun(place: HostPlace): Promise<readonly Finding[]> {
  const device = await lookAtDevice('/dev/net/tun', 'tun');
  return [deviceFinding('tun', device, await tenderUsers(place), MEND)];
}
