import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Dom0 } from '../dom0.ts';

/** Who may open the sockets and read the key of `admin`: the people of the group. */
export function probesPeople(dom0: Dom0): void {
  dom0.run('useradd', '--groups', 'albatross', 'alice');
  dom0.run('useradd', 'bob');
  const info = ['albatross', 'info'];
  assert.match(dom0.run('runuser', '-u', 'alice', '--', ...info), /user:hello/);
  assert.match(dom0.try('runuser', '-u', 'bob', '--', ...info), /you may not read .*admin\.nk/);
  for (const who of ['alice', 'bob'])
    for (const key of ['supervisor', 'console', 'stats', 'tls-gateway'])
      denied(dom0, who, `cat /etc/albatross/keys/${key}.nk`);
}

/** What each service's user may write, and nothing else of state, configuration and what runs. */
export function probesFiles(dom0: Dom0): void {
  for (const service of ['console', 'stats', 'tls', 'local', 'influx', 'nats'])
    for (const place of [
      '/var/lib/albatross',
      '/var/lib/albatross/unikernels',
      '/var/lib/albatross/images',
      '/var/lib/albatross/block',
      '/var/lib/albatross/events',
      '/run/albatross/lives',
      '/run/albatross/exits',
      '/etc/albatross',
      '/etc/albatross/keys',
    ])
      denied(dom0, `albatross-${service}`, `touch ${place}/probe`);
  for (const file of ['policies', 'lock'])
    denied(dom0, 'albatross-console', `: >>/var/lib/albatross/${file}`);
  denied(dom0, 'albatross-stats', 'cat /run/albatross/lives/*/fifo');
  denied(dom0, 'albatross-stats', 'echo read >/run/albatross/lives/user:hello@1/drain');
}

/** As the programs in `probe.ts` try it with the keys of the installed system. */
export function probesBus(dom0: Dom0): void {
  const keys = join(dom0.tree.path, 'etc/albatross/keys');
  const url = dom0.run('cat', '/etc/albatross/bus.url').trim();
  const said = dom0.runBeside(
    process.execPath,
    '--import',
    'tsx',
    'test/src/dom0/probe.ts',
    url,
    keys,
  );
  assert.equal(
    said,
    [
      'allowed: admin publishes albatross.v1.cmd.admin.unikernel.list.:',
      'denied: observer publishes albatross.v1.stats.user.hello',
      'denied: observer publishes albatross.v1.cmd.observer.unikernel.list.:',
      'allowed: observer subscribes to albatross.v1.stats.>',
      'denied: observer subscribes to albatross.v1.console.>',
      'denied: stats publishes albatross.v1.cmd.stats.unikernel.create.user.evil',
      'denied: stats publishes albatross.v1.cmd.admin.unikernel.create.user.evil',
      'denied: console publishes albatross.v1.cmd.console.unikernel.destroy.user.hello',
      'denied: tls-gateway publishes albatross.v1.event.created.user.hello',
      '',
    ].join('\n'),
  );
}

function denied(dom0: Dom0, who: string, command: string): void {
  const said = dom0.try('runuser', '-u', who, '--', 'sh', '-c', command);
  assert.match(said, /Permission denied|cannot touch|cannot open/i, `${who}: ${command}`);
}
