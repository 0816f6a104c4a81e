import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import type { Dom0 } from '../dom0.ts';

/** Those that run without anybody having configured anything. */
export const SERVICES = ['nats', 'supervisor', 'console', 'stats'] as const;

export async function installs(dom0: Dom0): Promise<void> {
  dom0.dpkg(dom0.package);
  await everythingRuns(dom0);
  assert.equal(dom0.run('albatross', 'info'), 'no unikernels\n');
  const units = dom0.run(
    'sh',
    '-c',
    'systemctl cat --no-pager "albatross*" >/dev/null && echo read',
  );
  assert.equal(units, 'read\n');
}

/** Active, and not because it was started again and again. */
export async function everythingRuns(dom0: Dom0): Promise<void> {
  for (const service of SERVICES)
    await eventually(
      `albatross-${service} runs`,
      () => dom0.try('systemctl', 'is-active', `albatross-${service}`).trim() === 'active',
    );
  assert.equal(
    dom0.run('systemctl', 'is-active', 'albatross-local-gateway.socket').trim(),
    'active',
  );
  assert.equal(dom0.run('systemctl', '--failed', '--plain', '--no-legend').trim(), '');
}

export function setsUpAgain(dom0: Dom0): void {
  const before = listing(dom0);
  dom0.run('albatross', 'setup');
  assert.equal(listing(dom0), before);
}

/** Modes, owners, sizes and the times of the last change. */
function listing(dom0: Dom0): string {
  // The lock says who was there last.
  return dom0.run(
    'find',
    '/etc/albatross',
    '-not',
    '-name',
    '*.lock',
    '-printf',
    '%p %M %u:%g %s %C@\n',
  );
}
