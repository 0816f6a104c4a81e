import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HERE, type Dom0 } from '../dom0.ts';

/** The authority, as somebody elsewhere keeps it. */
const THERE = ['--destination', HERE, '--ca', 'user.pem', '--ca-key', 'user.key'] as const;

export async function letsOthersIn(dom0: Dom0): Promise<void> {
  dom0.run('albatross', 'setup', '--authority', '--server', HERE);
  dom0.run('systemctl', 'start', 'albatross-tls-gateway.socket');
  await dom0.connectElsewhere();
  const folder = join(dom0.tree.path, 'root/elsewhere');
  mkdirSync(folder);
  copyFileSync(join(dom0.tree.path, 'etc/albatross/tls/cacert.pem'), join(folder, 'cacert.pem'));
  copyFileSync(join(dom0.tree.path, 'etc/albatross/ca/albatross.key'), join(folder, 'ca.key'));
  copyFileSync(join(dom0.tree.path, 'root/hello.spt'), join(folder, 'hello.spt'));
  dom0.runElsewhere('add-policy', 'user', '16', '--mem', '256', '--cpu', '0', '--csr');
  dom0.runElsewhere('sign', 'cacert.pem', 'ca.db', 'ca.key', 'user.req');
}

export async function createsOverTls(dom0: Dom0): Promise<void> {
  dom0.runElsewhere('create', 'hello', 'hello.spt', '--arg', 'tick=1000', ...THERE);
  await eventually('it prints', () => /tick/.test(dom0.run('albatross', 'console', 'user:hello')));
  assert.match(dom0.runElsewhere('info', ...THERE), /hello/);
  // What it takes is known as well: stats finds it, as a user of its own.
  await eventually('it is sampled', () => /user:hello/.test(dom0.run('albatross', 'stats')));
}
