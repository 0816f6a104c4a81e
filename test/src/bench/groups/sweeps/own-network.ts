import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env } from 'node:process';
import { text } from 'node:stream/consumers';

/** Nothing that is made or started there can be left behind. */
const NEW = ['--net', '--mount', '--propagation', 'private'];
const NEW_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];
/** What sysfs shows of a network is that of who mounted it. */
const PLACE = 'mount -t sysfs sysfs /sys && ip link set dev lo up';
const TRIAL = `${PLACE} && ip tuntap add dev tap0 mode tap`;
/** The shell stays: it is the first process there, which has to take leave of those nobody waits for. */
const SCRIPT = `${PLACE} || exit 125\n"$@"\nexit $?`;

/** Why there can be no network of our own with taps here, or null. */
export function whyNoOwnNetwork(): string | null {
  const { status } = spawnSync('unshare', [...NEW, ...NEW_PROCESSES, 'sh', '-c', TRIAL]);
  return status === 0
    ? null
    : 'there can be no network of its own here; that takes root, iproute2 and /dev/net/tun';
}

/** Runs a program there to its end, or to ours, and resolves to what it printed. Rejects when it failed, with what it said of that. */
export async function outputInOwnNetwork(
  command: readonly string[],
  { stop, folder }: { readonly stop: AbortSignal; readonly folder: string },
): Promise<string> {
  stop.throwIfAborted();
  const place = ['unshare', ...NEW, ...NEW_PROCESSES, 'sh', '-c', SCRIPT, 'sh'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...place, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Whatever it has to leave behind it leaves there.
    env: { ...env, TMPDIR: folder },
  });
  const end = (): void => void child.kill('SIGKILL');
  stop.addEventListener('abort', end);
  try {
    const [said, complaint, status] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      statusOf(child),
    ]);
    stop.throwIfAborted();
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${complaint}`);
    process.stderr.write(complaint);
    return said;
  } finally {
    stop.removeEventListener('abort', end);
  }
}

async function statusOf(child: ChildProcess): Promise<number | null> {
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}
