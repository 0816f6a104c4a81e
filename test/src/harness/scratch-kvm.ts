import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

/** Where in the namespace of its own the node is made: on a file system that certainly allows devices. */
const SCRATCH = '/mnt';

/**
 * Words in front of a command, so that it sees at /dev/kvm a node of our own with that mode, and at
 * /dev/net/tun one that everybody may open, as distributions have it; the host's stay as they are. None where
 * the host's /dev/kvm is as good. Or why that cannot be had here.
 */
export function insideScratchKvm(
  mode: '0600' | '0666',
): { readonly words: readonly string[] } | { readonly why: string } {
  const isWanted = mode === '0666';
  if (!existsSync('/dev/kvm')) return isWanted ? { why: 'there is no /dev/kvm' } : { words: [] };
  if (process.getuid?.() !== 0)
    return isWanted === isOpenToUs()
      ? { words: [] }
      : { why: 'another mode of /dev/kvm needs root' };
  const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, mode];
  const isOpened = ['setpriv', '--reuid', '65534', '--clear-groups', 'sh', '-c', ': <>/dev/kvm'];
  const test = isWanted ? isOpened : ['true'];
  const [file = '', ...rest] = [...words, ...test];
  const { status, stderr } = spawnSync(file, rest, { encoding: 'utf8' });
  const why = `/dev/kvm cannot be replaced here: ${stderr.trim()}`;
  return status === 0 ? { words } : { why };
}

function isOpenToUs(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** $0 is the mode. */
const SCRIPT = [
  'set -e',
  `mount -t tmpfs -o mode=755 none ${SCRATCH}`,
  `mknod ${SCRATCH}/kvm c 10 232`,
  `chmod "$0" ${SCRATCH}/kvm`,
  `mount --bind ${SCRATCH}/kvm /dev/kvm`,
  `if test -e /dev/net/tun; then mknod ${SCRATCH}/tun c 10 200`,
  `chmod 666 ${SCRATCH}/tun; mount --bind ${SCRATCH}/tun /dev/net/tun; fi`,
  'exec "$@"',
].join('\n');
