import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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
  try {
    const file = await open(draft, 'w', mode);
    try {
      // The mode of open is less the umask, and nothing for a draft that a crash left.
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes renames and removals in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
