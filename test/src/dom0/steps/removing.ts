import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dom0 } from '../dom0.ts';
import { everythingRuns } from './installing.ts';
import { running } from './standing.ts';

/** Whoever wants it back finds everything as it was. */
export async function removes(dom0: Dom0): Promise<void> {
  const before = running(dom0);
  dom0.run('dpkg', '--remove', 'albatross-dom0');
  assert.equal(dom0.try('systemctl', 'is-active', 'albatross-supervisor').trim(), 'inactive');
  dom0.dpkg(dom0.package);
  await everythingRuns(dom0);
  assert.deepEqual(running(dom0), before);
}

export function purges(dom0: Dom0): void {
  const pids = running(dom0).map(({ pid }) => pid);
  assert.notEqual(pids.length, 0);
  dom0.run('dpkg', '--purge', 'albatross-dom0');
  for (const place of ['etc/albatross', 'var/lib/albatross', 'run/albatross', 'usr/lib/albatross'])
    assert.equal(existsSync(join(dom0.tree.path, place)), false, place);
  for (const pid of pids)
    assert.throws(() => dom0.run('kill', '-0', String(pid)), `process ${pid}`);
}
