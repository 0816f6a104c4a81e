import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Another root, with a copy of this machine's /etc, an empty /var, and what this machine has in /usr, which may be
 * written to there and only there. It has processes and a network of its own, no systemd, and a dpkg that takes what
 * our package depends on for installed. $1 is Node, $2 what is done in it, $3 a file for its /tmp.
 */
const MAKE = `
mount -t tmpfs -o mode=755 none /mnt
cd /mnt
mkdir usr etc var var/lib var/lib/dpkg var/lib/dpkg/info var/lib/dpkg/updates var/log var/cache run tmp dev proc sys root .over .over/new .over/work
for one in nodejs nats-server iproute2 passwd libgcc-s1 libstdc++6; do
  echo "Package: $one
Status: install ok installed
Version: 20.15
Architecture: $(dpkg --print-architecture)
Maintainer: nobody <nobody@localhost>
Description: of the test
" >>var/lib/dpkg/status
  : >"var/lib/dpkg/info/$one.list"
done
chmod 1777 tmp
mount -t overlay -o lowerdir=/usr,upperdir=.over/new,workdir=.over/work none usr
for one in bin sbin lib lib64; do ln -s usr/$one $one; done
[ "$1" = /usr/bin/node ] || { : >usr/bin/node.new; mv usr/bin/node.new usr/bin/node; mount --bind "$1" usr/bin/node; }
cp -a /etc/. etc
rm -rf etc/albatross etc/default/albatross
sed -i /^albatross/d etc/passwd etc/shadow etc/group etc/gshadow
mount -t proc none proc
mount --rbind /dev dev
cp "$3" tmp/package.deb
ip link set lo up
exec chroot . /bin/sh -ec "$2"
`;

const UNSHARE = ['--mount', '--pid', '--fork', '--kill-child', '--net', '--uts', '--ipc'];

/** Why there can be none here, or false. */
export function whyNoOtherRoot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can make another root';
  try {
    const words = ['--mount', 'sh', '-ec', TRY];
    execFileSync('unshare', words, { stdio: 'pipe' });
    return false;
  } catch (error) {
    return `there can be no other root here: ${String(error)}`;
  }
}

const TRY = `mount -t tmpfs none /mnt; cd /mnt; mkdir usr new work
mount -t overlay -o lowerdir=/usr,upperdir=new,workdir=work none usr; test -L /lib`;

/** Does what a script for a shell says, in another root. Returns what it printed; throws when a command of it fails. */
export async function inOtherRoot(script: string, file: string): Promise<string> {
  const words = [...UNSHARE, 'sh', '-ec', MAKE, 'make', process.execPath, script, file];
  const env = {
    PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
  };
  try {
    return (await promisify(execFile)('unshare', words, { env })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`it did not succeed, having said: ${stdout}${stderr}`, { cause: error });
  }
}
