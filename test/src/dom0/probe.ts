/**
 * `probe.ts URL KEYS`: tries what identities of an installed system may say and hear on its bus, and prints for
 * each whether the server allowed it.
 */
import { prover } from '@albatross/shared/bus/keys';
import { Speaker } from '@albatross/shared/bus/testing/speaker';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [url = '', keys = ''] = process.argv.slice(2);

const PROBES = [
  ['admin', 'publishes', 'albatross.v1.cmd.admin.unikernel.list.:'],
  ['observer', 'publishes', 'albatross.v1.stats.user.hello'],
  ['observer', 'publishes', 'albatross.v1.cmd.observer.unikernel.list.:'],
  ['observer', 'subscribes to', 'albatross.v1.stats.>'],
  ['observer', 'subscribes to', 'albatross.v1.console.>'],
  ['stats', 'publishes', 'albatross.v1.cmd.stats.unikernel.create.user.evil'],
  ['stats', 'publishes', 'albatross.v1.cmd.admin.unikernel.create.user.evil'],
  ['console', 'publishes', 'albatross.v1.cmd.console.unikernel.destroy.user.hello'],
  ['tls-gateway', 'publishes', 'albatross.v1.event.created.user.hello'],
] as const;

for (const [identity, verb, subject] of PROBES) {
  const prove = prover(readFileSync(join(keys, `${identity}.nk`), 'utf8'));
  using speaker = await Speaker.connect(Number(new URL(url).port), prove);
  if (verb === 'publishes') speaker.publish(subject, '');
  else speaker.subscribe('1', subject);
  await speaker.flush();
  const said = speaker.refusals.length > 0 ? 'denied' : 'allowed';
  process.stdout.write(`${said}: ${identity} ${verb} ${subject}\n`);
}
