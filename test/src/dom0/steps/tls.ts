import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HERE, type Dom0 } from '../dom0.ts';

/** The authority, as somebody elsewhere keeps it. */
const THERE = ['--destination', HERE, '--ca', 'user.pem', '--ca-key', 'user.key'] as const;

const GATEWAY = 'albatross-tls-gateway';

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

export async function renewsItsCertificate(dom0: Dom0): Promise<void> {
  const process = (): string => dom0.run('systemctl', 'show', '--property=MainPID', GATEWAY);
  const before = process();
  dom0.run('albatross', 'setup', '--renew');
  dom0.run('systemctl', 'try-reload-or-restart', GATEWAY);
  const log = (): string => dom0.run('journalctl', '--quiet', `--unit=${GATEWAY}`, '--output=cat');
  await eventually('it is read', () => log().includes('certificate of this endpoint read again'));
  assert.equal(process(), before);
  assert.match(dom0.runElsewhere('info', ...THERE), /hello/);
}
