import { draftOf, syncFolder, withDraft, type Draft } from '@albatross/shared/runtime/write-file';
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IssueError } from './issue-error.ts';

/** A request holds an image of up to 16 MiB, in base64. */
export const FILE_BYTES_MAX = 33_554_432;

/** Throws `IssueError` `FILE_UNREADABLE`, also for more than `bytesMax`. */
export async function readWhole(path: string, bytesMax = FILE_BYTES_MAX): Promise<Buffer> {
  return await reading(path, async () => {
    const file = await open(path, 'r');
    try {
      return await readUpTo(file, path, bytesMax);
    } finally {
      await file.close();
    }
  });
}

/** The same; null when there is no such file. */
export async function readIfPresent(
  path: string,
  bytesMax = FILE_BYTES_MAX,
): Promise<Buffer | null> {
  return await readWhole(path, bytesMax).catch((error: unknown) => {
    if (error instanceof IssueError && codeOf(error.cause) === 'ENOENT') return null;
    throw error;
  });
}

/** No more than the first bytes. Throws `IssueError` `FILE_UNREADABLE`. */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  return await reading(path, async () => {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, null);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  });
}

/**
 * Makes a file that is there with all of its content and its mode, or not at all, whatever happens when.
 * Returns false, and changes nothing, when there is one of this name: of two who make it one succeeds.
 * Throws `IssueError` `FILE_UNWRITABLE` or `DISK_FULL`.
 */
export async function makeFile(path: string, content: string, mode: number): Promise<boolean> {
  const draft = draftFor(path, content, mode);
  return await writing(path, async () => {
    return await withDraft(draft, async () => await placeNew(draft.draft, path));
  });
}

/** The same, in the place of whatever was there. */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const draft = draftFor(path, content, mode);
  await writing(path, async () => {
    await withDraft(draft, async () => await rename(draft.draft, path));
  });
}

/**
 * Adds lines at the end of a file, which is made where there is none; they are on the disk afterwards. A
 * line that a crash left unfinished is ended first, so that it spoils none of them.
 */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  await writing(path, async () => {
    const file = await open(path, 'a+', 0o644);
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const start = size > 0 && last.toString() !== '\n' ? '\n' : '';
      await file.appendFile(start + lines.map((line) => `${line}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(path));
  });
}

/** The draft has a name of its own, so that two who write the same file do not write the same draft. */
function draftFor(path: string, content: string, mode: number): Draft {
  const draft = `${draftOf(path)}_${randomBytes(4).toString('hex')}`;
  return { draft, content, mode, flags: 'wx' };
}

async function placeNew(draft: string, path: string): Promise<boolean> {
  const isMade = await linkOrRename(draft, path);
  await rm(draft, { force: true });
  return isMade;
}

async function linkOrRename(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP') throw error;
    // The file systems of memory cards and the like have no links: two at once are not told apart there.
    if ((await readIfPresent(path)) !== null) return false;
    await rename(draft, path);
    return true;
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

/** What is no plain file tells no size, and may never end. */
async function readUpTo(file: OpenFile, path: string, bytesMax: number): Promise<Buffer> {
  const { size } = await file.stat();
  let bytes = Buffer.alloc(Math.min(size, bytesMax) + 1);
  let done = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, null);
    done += bytesRead;
    if (bytesRead === 0) return bytes.subarray(0, done);
    if (done > bytesMax) throw tooLarge(path, bytesMax);
    if (done === bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(done)]);
  }
}

function tooLarge(path: string, bytesMax: number): IssueError {
  return new IssueError('FILE_UNREADABLE', `${path} has over ${bytesMax} bytes`);
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof IssueError) throw error;
    const message = `${path} cannot be read: ${codeOf(error)}`;
    throw new IssueError('FILE_UNREADABLE', message, { cause: error });
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
    const message = `${path} cannot be written: ${codeOf(error)}`;
    throw new IssueError(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', message, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
