import { setTimeout as sleep } from 'node:timers/promises';
import { checkBridges } from './bridges.ts';
import { checkBus, sudoDoctor } from './bus.ts';
import { checkCertificates } from './certificates.ts';
import { checkClock } from './clock.ts';
import { checkDisk } from './disk.ts';
import { failed, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { checkKvm } from './kvm.ts';
import { checkPermissions } from './permissions.ts';
import { LISTEN_MS } from './processes.ts';
import { checkPrograms } from './programs.ts';
import { checkTenders } from './tenders.ts';
import { checkTun } from './tun.ts';

/** A check that has not ended by then is a finding itself, as with a file system that does not answer. */
export const CHECK_DEADLINE_MS = 20_000;

/** By what its finding says when there is no other. */
export type Checks = Readonly<Record<string, () => Promise<readonly Finding[]>>>;

/** All there is to look at, in the order in which one thing needs another. Changes nothing, never throws. */
export async function examine(
  place: HostPlace,
  { listenMs = LISTEN_MS }: { readonly listenMs?: number } = {},
): Promise<readonly Finding[]> {
  const checks: Checks = {
    kvm: async () => await checkKvm(place),
    tun: async () => await checkTun(place),
    bridges: async () => await checkBridges(),
    tenders: async () => await checkTenders(place),
    programs: async () => await checkPrograms(place),
    clock: async () => await checkClock(place),
    disk: async () => await checkDisk(place),
    permissions: async () => await checkPermissions(place),
    certificates: async () => await checkCertificates(place),
    bus: async () => await checkBus(place, listenMs),
  };
  return await carryOutAll(checks, { mend: sudoDoctor(place), deadlineMs: CHECK_DEADLINE_MS });
}

/** All at once; findings in the order of the checks. */
export async function carryOutAll(
  checks: Checks,
  { mend, deadlineMs }: { readonly mend: string; readonly deadlineMs: number },
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const ended = new AbortController();
      const late = sleep(deadlineMs, undefined, { signal: ended.signal }).then(() => [
        failed(name, `could not be looked at within ${deadlineMs} ms`, mend),
      ]);
      late.catch(() => undefined);
      try {
        return await Promise.race([check(), late]);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return [failed(name, `could not be looked at: ${why}`, mend)];
      } finally {
        ended.abort();
      }
    }),
  );
  return findings.flat();
}
