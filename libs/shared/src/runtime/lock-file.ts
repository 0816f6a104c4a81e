import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { StartError } from './run.ts';

/**
 * Takes an exclusive lock that the kernel releases when this process ends, however it ends. Node has no
 * flock(2), but a lock belongs to the open file, not to the process: `flock` takes it on a descriptor it
 * inherits from us and goes away. The file holds the holder's pid. Throws `StartError` naming the holder.
 */
export async function lockFile(path: string, what: string): Promise<AsyncDisposable> {
  const file = await open(path, 'a+', 0o644).catch((error: unknown) => {
    const isDenied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    throw isDenied
      ? new StartError(`you may not write ${path}; it belongs to another user`)
      : error;
  });
  try {
    if (!(await tryLock(file))) {
      const holder = (await file.readFile('utf8')).trim();
      throw new StartError(`${what} is already running, as process ${holder}`);
    }
    await file.truncate(0);
    await file.write(`${process.pid}\n`);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { [Symbol.asyncDispose]: async () => await file.close() };
}

/** The status of flock(1) with --nonblock. */
const HELD_BY_ANOTHER = 1;

async function tryLock(file: FileHandle): Promise<boolean> {
  const flock = spawn('flock', ['--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'inherit', file.fd],
  });
  const exit = once(flock, 'exit') as Promise<[number | null]>;
  const [status] = await exit.catch(() => {
    throw new StartError('the program flock cannot be run; it is in the package util-linux');
  });
  if (status !== 0 && status !== HELD_BY_ANOTHER) throw new Error(`flock ended with ${status}`);
  return status === 0;
}
