import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NEEDED_CAPABILITIES } from './capabilities.ts';

const TRIAL = fileURLToPath(new URL('../testing/device-trial.ts', import.meta.url));
const DEADLINE_MS = 60_000;

/**
 * Nodes that everybody may open, as distributions have them; a bridge on which nothing speaks by itself; and a
 * guest's address.
 */
const PLACE = `
set -e
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 none /mnt
if test -e /dev/kvm; then mknod /mnt/kvm c 10 232; chmod 666 /mnt/kvm; mount --bind /mnt/kvm /dev/kvm; fi
mknod /mnt/tun c 10 200; chmod 666 /mnt/tun; mount --bind /mnt/tun /dev/net/tun
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || true
ip link set lo up
ip link add br0 address 02:00:00:00:00:ff type bridge; ip link set br0 up; ip addr add 10.9.9.1/24 dev br0
ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:01 dev br0
exec "$@"
`;

/** With the capabilities that the supervisor has, and no others. */
const BOUNDED = [
  'setpriv',
  `--bounding-set=-all,${NEEDED_CAPABILITIES.map((name) => `+${name.toLowerCase()}`).join(',')}`,
  '--inh-caps=-all',
  '--',
];

function inPlace(...command: readonly string[]) {
  const words = ['--mount', '--propagation', 'private', '--net', 'sh', '-c', PLACE, 'place'];
  return spawnSync('unshare', [...words, ...BOUNDED, ...command], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
    env: { ...env, PATH: `${env['PATH']}:/usr/sbin:/sbin` },
  });
}

function whyNot(program: string): string | false {
  const { status, stderr } = inPlace('true');
  if (status !== 0) return `not run here: no place for it: ${(stderr ?? '').trim()}`;
  const { error, stderr: version } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || version.includes('stand-in'))
    return `not run here: there is no real ${program} in PATH`;
  return program === 'solo5-hvt' && !existsSync('/dev/kvm')
    ? 'not run here: there is no /dev/kvm'
    : false;
}

function trial(what: string): unknown {
  const { status, stdout, stderr } = inPlace(process.execPath, '--import', 'tsx', TRIAL, what);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe('a real tender, started with the privileges that the supervisor has', () => {
  for (const what of ['spt', 'hvt']) {
    it(
      `solo5-${what} works with its network and its disk`,
      { skip: whyNot(`solo5-${what}`) },
      () => {
        assert.deepEqual(trial(what), {
          what,
          exit: 'status 5',
          lines: [
            'block storage: was "before"',
            'block storage: "marker"',
            'net service: 46 bytes',
            'net service: 46 bytes',
          ],
          written: 'marker\0',
          alias: 'albatross::echo',
          sent: 2,
          left: [],
          excess: [],
        });
      },
    );
  }

  it(
    'opens twenty disks below a folder that is closed to it',
    { skip: whyNot('solo5-spt') },
    () => {
      assert.deepEqual(trial('blocks'), { what: 'blocks', exit: 'status 7', lines: [] });
    },
  );
});
