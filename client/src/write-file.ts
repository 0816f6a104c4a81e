import { Failure } from '@albatross/shared/contracts/failures';
import { writeSparsely } from '@albatross/shared/runtime/sparse-file';
import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { interrupted } from './interrupted.ts';

/** Where bytes go, in order. */
export type Write = (bytes: Uint8Array) => Promise<void>;

/** Instead of a file: standard output. */
export const STDOUT = '-';

/** Whether a file may be written. Throws a `Failure` `FILE_UNWRITABLE`, before anything was asked for. */
export async function checkWritable(path: string, isForced: boolean): Promise<void> {
  if (path === STDOUT) return;
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unwritable(path, error);
  });
  if (found === null) return;
  if (!found.isFile()) throw new Failure('FILE_UNWRITABLE', `${path} is no plain file`);
  if (!isForced) throw exists(path);
}

/** Of a file that everybody may read, as far as the process' mask lets them. */
const MODE_OF_ALL = 0o666;
/** Of a file that may have secrets in it. */
export const MODE_OF_OWNER = 0o600;

/**
 * Writes a file of what `produce` hands over; there is none, or still the old one, until it is complete.
 * Zeros take no room. Returns its size. Throws a `Failure` `FILE_UNWRITABLE`, or what `produce` throws.
 */
export async function saveFile(
  path: string,
  isForced: boolean,
  produce: (write: Write) => Promise<void>,
  mode: number = MODE_OF_ALL,
): Promise<number> {
  await checkWritable(path, isForced);
  if (path === STDOUT) return await print(produce);
  const draft = join(dirname(path), `.new_${basename(path)}_${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(draft, 'wx', mode).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    const sizeBytes = await writeDraft(file, path, produce);
    await place(draft, path, isForced);
    return sizeBytes;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function writeDraft(
  file: FileHandle,
  path: string,
  produce: (write: Write) => Promise<void>,
): Promise<number> {
  const failing = (error: unknown): never => {
    throw unwritable(path, error);
  };
  // Between two files, Ctrl-C ends the process.
  using stop = interrupted();
  const goOn = (): void => {
    if (stop.aborted) throw new Failure('FILE_UNWRITABLE', `interrupted; ${path} was not written`);
  };
  let done = 0;
  try {
    await produce(async (bytes) => {
      goOn();
      await writeSparsely(file, bytes, done).catch(failing);
      done += bytes.length;
    });
    await file.truncate(done).catch(failing);
    await file.sync().catch(failing);
    goOn();
  } finally {
    await file.close();
  }
  return done;
}

/** What appeared meanwhile is not overwritten either. */
async function place(draft: string, path: string, isForced: boolean): Promise<void> {
  try {
    if (isForced) await rename(draft, path);
    else await link(draft, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw exists(path);
    if (isForced) throw unwritable(path, error);
    // Not every file system has links.
    await checkWritable(path, isForced);
    await rename(draft, path);
  }
}

async function print(produce: (write: Write) => Promise<void>): Promise<number> {
  let done = 0;
  let isReaderGone = false;
  const write: Write = async (bytes) => {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        if (error == null) return resolve();
        isReaderGone = codeOf(error) === 'EPIPE';
        reject(unwritable('standard output', error));
      });
    });
    done += bytes.length;
  };
  await produce(write).catch((error: unknown) => {
    // Whoever reads us may stop reading, as `head` does; that is no failure.
    if (!isReaderGone) throw error;
  });
  return done;
}

function exists(path: string): Failure {
  return new Failure('FILE_UNWRITABLE', `${path} exists already; --force replaces it`, {
    file: path,
  });
}

function unwritable(path: string, error: unknown): unknown {
  if (error instanceof Failure) return error;
  return new Failure('FILE_UNWRITABLE', `${path} cannot be written: ${codeOf(error)}`, {
    file: path,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
