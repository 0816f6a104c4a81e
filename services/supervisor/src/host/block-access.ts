import { Failure } from '@albatross/shared/contracts/failures';
import { constants } from 'node:fs';
import { access, chmod, chown, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PlannedBlock } from './host.ts';
import { isSystemError } from './system-error.ts';

/** Others may pass through, and see nothing. */
const FOLDER_MODE = 0o711;
const CONTENT_MODE = 0o600;

/**
 * Lets a tender's user, and nobody else, open its block devices; without a user of its own, checks that we
 * may. Files are those in `folder`; everything else must be a device node, as that of a ZFS volume, which is
 * given to the user likewise until udev makes it anew. Throws a `Failure`.
 */
export async function giveBlocks(
  blocks: readonly PlannedBlock[],
  options: { readonly folder: string; readonly uid: number | null },
): Promise<void> {
  const { folder, uid } = options;
  const hasFiles = blocks.some(({ path }) => dirname(path) === folder);
  // The original makes it 0700, and it may be the original's.
  if (hasFiles && uid !== null) await chmod(folder, FOLDER_MODE);
  for (const block of blocks) await giveBlock(block, dirname(block.path) === folder, uid);
}

async function giveBlock(block: PlannedBlock, isFile: boolean, uid: number | null): Promise<void> {
  const { name, path } = block;
  if (!isFile && /\s/.test(path))
    throw new Failure('DEVICE_INVALID', `no tender can open ${path}: there is a space in its name`);
  try {
    // A link in place of a file would give away what it leads to; volumes are links, made by udev.
    const found = isFile ? await lstat(path) : await stat(path);
    if (!(isFile ? found.isFile() : found.isBlockDevice())) {
      const what = isFile ? 'file' : 'block device node';
      throw new Failure('DEVICE_INVALID', `${path} of the block device ${name} is no ${what}`);
    }
    if (uid === null) return await access(path, constants.R_OK | constants.W_OK);
    await chmod(path, CONTENT_MODE);
    await chown(path, uid, 0);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR'))
      throw new Failure('BLOCK_NOT_FOUND', `the block device ${name} has no ${path}`);
    if (isSystemError(error, 'EACCES', 'EPERM'))
      throw new Failure(
        'DEVICE_ACCESS',
        `${path} of the block device ${name} may not be opened by us`,
      );
    throw error;
  }
}

/** Takes back what that user has of these, and leaves what has become another's. */
export async function takeBlocks(paths: readonly string[], uid: number | null): Promise<void> {
  if (uid === null) return;
  for (const path of paths) {
    try {
      if ((await stat(path)).uid === uid) await chown(path, 0, 0);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }
}
