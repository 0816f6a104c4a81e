import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** Bridges that unikernels are attached to. */
export const BRIDGES = ['chaos0', 'chaos1'] as const;

const NEW = ['--net', '--mount', '--propagation', 'private'];
/** Whoever ends first takes all others along: nothing that was started here can be left behind. */
const NEW_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];
/** As distributions have it: tenders open it as somebody else than root. */
const DEVICE =
  'mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 && mount -t sysfs sysfs /sys';
const TRIAL = `${DEVICE} && ip tuntap add dev tap0 mode tap`;
/** The shell stays: it is the first process there, which has to take leave of those nobody waits for. */
const SCRIPT = [
  `${DEVICE} && ip link set dev lo up || exit 125`,
  `for bridge in ${BRIDGES.join(' ')}; do`,
  'ip link add dev "$bridge" type bridge && ip link set dev "$bridge" up || exit 125',
  'done',
  '"$@"',
  'exit $?',
].join('\n');

/** Whether we may have a network, and taps, without touching those of the machine. */
export function canHaveOwnNetwork(): boolean {
  return spawnSync('unshare', [...NEW, ...NEW_PROCESSES, 'sh', '-c', TRIAL]).status === 0;
}

/**
 * Runs a program in a network of its own, with nothing but `lo` and `BRIDGES`; resolves with its status, or
 * with null when it was ended because we are to end.
 */
export async function runInOwnNetwork(command: readonly string[]): Promise<number | null> {
  const words = [...NEW, ...NEW_PROCESSES, 'sh', '-c', SCRIPT, 'chaos', ...command];
  const child = spawn('unshare', words, { stdio: 'inherit' });
  // A Ctrl-C reaches them too, and they end in their own time.
  const wait = (): void => undefined;
  // It lets no other signal come near it.
  const end = (): void => void child.kill('SIGKILL');
  process.on('SIGINT', wait).on('SIGTERM', end);
  const [status] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', wait).off('SIGTERM', end);
  return status;
}

/** Whether this process is in a network that is ours. */
export function canHaveNetworks(): boolean {
  return BRIDGES.every((bridge) => existsSync(`/sys/class/net/${bridge}/bridge`));
}
