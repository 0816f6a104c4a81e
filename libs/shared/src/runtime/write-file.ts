import { closeSync, fchmodSync, fsync, open, openSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const openFile = promisify(open);
const sync = promisify(fsync);

/** Where the next content of a file is written. `_` stands in no name, so a file that is called by one is no draft. */
export function draftOf(path: string): string {
  return join(dirname(path), `.new_${basename(path)}`);
}

/**
 * Replaces a file so that after a crash at any moment either the old or the new content is there: written
 * beside it, synced, renamed, and the folder synced. Leaves nothing behind when it fails. One write of a
 * path at a time.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const draft = draftOf(path);
  await withDraft({ draft, content, mode, flags: 'w' }, async () => await rename(draft, path));
}

/** What is to become a file. */
export interface Draft {
  /** In the folder of the file that it becomes. */
  readonly draft: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
  /** `w` writes over a draft that a crash left; `wx` never over one of somebody else. */
  readonly flags: 'w' | 'wx';
}

/**
 * Puts a file in its place once all of it is on the disk with its mode; `place` renames the draft, or links
 * it and removes it. That lasts when this resolves. No draft is left behind when it fails.
 *
 * What may wait for the disk is done by another thread; what is only the kernel's takes less than handing it over.
 */
export async function withDraft<T>(
  { draft, content, mode, flags }: Draft,
  place: () => Promise<T>,
): Promise<T> {
  let placed: T;
  try {
    const file = await openFile(draft, flags, mode);
    try {
      // The mode of open is less the umask, and nothing for a draft that a crash left.
      fchmodSync(file, mode);
      writeFileSync(file, content);
      await sync(file);
    } finally {
      closeSync(file);
    }
    placed = await place();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(draft));
  return placed;
}

/** Makes renames and removals in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r');
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}
