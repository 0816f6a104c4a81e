import assert from 'node:assert/strict';
import type { Dom0 } from '../dom0.ts';
import { everythingRuns, SERVICES } from './installing.ts';
import { mainPid, renewed, running } from './standing.ts';

export async function upgrades(dom0: Dom0): Promise<void> {
  const unikernels = running(dom0);
  const before = SERVICES.map((service) => ({ service, pid: mainPid(dom0, service) }));
  dom0.dpkg(dom0.packageOf('999.0'));
  for (const { service, pid } of before) if (service !== 'nats') await renewed(dom0, service, pid);
  await everythingRuns(dom0);
  assert.deepEqual(running(dom0), unikernels);
  assert.match(dom0.run('dpkg-query', '-W', 'albatross-dom0'), /999\.0/);
  // Their lines went on meanwhile, and none is missing: what is printed says so itself.
  assert.doesNotMatch(dom0.run('albatross', 'console', 'first', '--count', '1000'), /gap|dropped/);
}
