import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * Words in front of a command, so that it sees at /dev/net/tun a node that everybody may open, as distributions
 * have it; the host's stays as it is. The node is made on a file system that certainly allows devices.
 */
export const WITH_OPEN_TUN: readonly string[] = [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  `set -e
   mount -t tmpfs -o mode=755 none /mnt
   mknod /mnt/tun c 10 200
   chmod 666 /mnt/tun
   mount --bind /mnt/tun /dev/net/tun
   exec "$@"`,
  'with-open-tun',
];

/** The same where it is needed and can be had; no words where the host's node is as good, or stays as it is. */
export function withOpenTun(): readonly string[] {
  const mode = statSync('/dev/net/tun', { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o006) === 0o006) return [];
  const [program = '', ...words] = WITH_OPEN_TUN;
  return spawnSync(program, [...words, 'true']).status === 0 ? WITH_OPEN_TUN : [];
}
