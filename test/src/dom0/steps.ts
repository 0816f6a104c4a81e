import type { Dom0 } from './dom0.ts';
import { hangs, isKilled } from './steps/accidents.ts';
import { installs, setsUpAgain } from './steps/installing.ts';
import { probesBus, probesFiles, probesPeople } from './steps/permissions.ts';
import { purges, removes } from './steps/removing.ts';
import { reboots } from './steps/rebooting.ts';
import { createsOverTls, letsOthersIn, renewsItsCertificate } from './steps/tls.ts';
import { upgrades } from './steps/upgrading.ts';

export interface Step {
  readonly title: string;
  readonly carryOut: (dom0: Dom0) => Promise<void> | void;
}

/** In this order: each takes up what the one before it left. */
export const STEPS: readonly Step[] = [
  { title: 'the package is installed, and everything runs', carryOut: installs },
  { title: 'to set it up again changes nothing', carryOut: setsUpAgain },
  { title: 'an authority is made, and TLS clients are let in', carryOut: letsOthersIn },
  { title: 'a unikernel is created over TLS, from another network', carryOut: createsOverTls },
  { title: 'the certificate of the gateway is renewed', carryOut: renewsItsCertificate },
  { title: 'people of the group may command, others may not', carryOut: probesPeople },
  { title: 'nobody on the bus does more than he should', carryOut: probesBus },
  { title: 'nobody but the supervisor writes state', carryOut: probesFiles },
  { title: 'every service is killed, and no unikernel stops', carryOut: isKilled },
  { title: 'a service that hangs is started anew', carryOut: hangs },
  { title: 'after a reboot unikernels are back, in their order', carryOut: reboots },
  { title: 'an upgrade replaces every service and no unikernel', carryOut: upgrades },
  { title: 'the package is removed, and installed again', carryOut: removes },
  { title: 'the package is purged, and nothing is left', carryOut: purges },
];
