import { lockFile } from '@albatross/shared/runtime/lock-file';
import { StartError } from '@albatross/shared/runtime/run';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DOORS, socketFile } from './door.ts';

/** Who is in it may order everything: that is all there is of access rules on these sockets. */
const GROUP = 'albatross';
const FOLDER_MODE = 0o750;
const SOCKET_MODE = 0o660;
const SAME_OWNER = -1;
/** Of a path in an address, without the 0 behind it. What is longer would be cut, and be another path. */
const PATH_BYTES_MAX = 107;

/**
 * Makes the folder, makes it ours, and removes what a killed process left of its sockets. Throws `StartError`
 * when another gateway has it, a program answers on one of them, or something else lies there. It is ours
 * until what this resolves with is disposed of.
 */
export async function takePlace(folder: string): Promise<AsyncDisposable> {
  const paths = DOORS.map((door) => join(folder, socketFile(door)));
  let lock: AsyncDisposable | null = null;
  try {
    paths.forEach(checkLength);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    await share(folder, FOLDER_MODE);
    // Of two that start at the same time, one would remove the sockets of the other.
    lock = await lockFile(join(folder, 'lock'), 'a gateway with these sockets');
    for (const path of paths) await clearPath(path);
    return lock;
  } catch (error) {
    await lock?.[Symbol.asyncDispose]();
    if (error instanceof StartError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`there can be no sockets in ${folder}: ${why}`);
  }
}

/** Lets the group in, which no new file does by itself. */
export async function openToGroup(path: string): Promise<void> {
  await share(path, SOCKET_MODE);
}

function checkLength(path: string): void {
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return;
  const limit = `the path of a socket has at most ${PATH_BYTES_MAX} bytes`;
  throw new StartError(`${path} is too long: ${limit}; choose another folder`);
}

async function clearPath(path: string): Promise<void> {
  const file = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  if (!file.isSocket())
    throw new StartError(`${path} is there and is no socket; move it away, it would be replaced`);
  if (!(await isDeserted(path))) {
    const who = "the original's daemon, or systemd for it";
    throw new StartError(`a program answers on ${path}: ${who}; stop it first`);
  }
  await rm(path, { force: true });
}

async function isDeserted(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return true;
    if (code === 'EAGAIN') return false;
    throw new StartError(
      `whether a program listens on ${path} cannot be seen (${String(code)}); stop it`,
    );
  } finally {
    socket.destroy();
  }
}

/** As far as we may: a folder of systemd's, or of root's, has what its owner gave it. */
async function share(path: string, mode: number): Promise<void> {
  const gid = await groupId();
  for (const change of [
    async () => await chmod(path, mode),
    async () => (gid === null ? undefined : await chown(path, SAME_OWNER, gid)),
  ])
    await change().catch((error: unknown) => {
      if (codeOf(error) !== 'EPERM') throw error;
    });
}

/**
 * ```text
 * line = group ":" password ":" gid ":" members
 * ```
 */
async function groupId(): Promise<number | null> {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  for (const line of groups.split('\n')) {
    const [name, , gid] = line.split(':');
    if (name === GROUP && /^\d+$/.test(gid ?? '')) return Number(gid);
  }
  return null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
