import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dom0 } from '../dom0.ts';
import { everythingRuns, SERVICES } from './installing.ts';
import { mainPid, renewed, running } from './standing.ts';

export async function isKilled(dom0: Dom0): Promise<void> {
  const before = running(dom0);
  assert.notEqual(before.length, 0);
  for (const service of SERVICES) {
    const former = mainPid(dom0, service);
    dom0.run('kill', '-KILL', String(former));
    await renewed(dom0, service, former);
  }
  await everythingRuns(dom0);
  assert.deepEqual(running(dom0), before);
}

/** Nothing but its watchdog notices one that is stopped. */
export async function hangs(dom0: Dom0): Promise<void> {
  const dropIn = join(dom0.tree.path, 'run-watchdog.conf');
  writeFileSync(dropIn, '[Service]\nWatchdogSec=3\n');
  const place = '/etc/systemd/system/albatross-stats.service.d';
  mkdirSync(join(dom0.tree.path, place));
  dom0.run('mv', '/run-watchdog.conf', place);
  dom0.run('systemctl', 'daemon-reload');
  dom0.run('systemctl', 'restart', 'albatross-stats');
  const former = mainPid(dom0, 'stats');
  dom0.run('kill', '-STOP', String(former));
  await renewed(dom0, 'stats', former);
  rmSync(join(dom0.tree.path, place), { recursive: true });
  dom0.run('systemctl', 'daemon-reload');
  await everythingRuns(dom0);
}
