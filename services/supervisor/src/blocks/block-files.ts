import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName, wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { blocksFolder } from '@albatross/shared/runtime/folders';
import { syncFolder } from '@albatross/shared/runtime/write-file';
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOCK_INDEX_FILE } from '@albatross/shared/contracts/stored-blocks';
import { diskFailure } from '../disk.ts';

export const MEBIBYTE = 1024 * 1024;

/** A file called by no name: `.new_` and 32 digits. */
type Draft = string;

const DRAFT_PREFIX = '.new_';

/** A file of the folder that is neither ours to know nor a draft. */
export interface FoundFile {
  readonly file: string;
  /** What it can be adopted as; null when it is no block device. */
  readonly device: { readonly name: UnikernelName; readonly sizeMib: number } | null;
}

/** The files of block devices: `block/<name>` below the state folder, plain and sparse, as the original's. */
export class BlockFiles {
  readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = blocksFolder(stateFolder);
  }

  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // It may have been copied in, with whatever mode.
    await chmod(this.folder, 0o700);
  }

  path(name: UnikernelName): string {
    return join(this.folder, wireForm(name));
  }

  /** For reading. Throws a `Failure` when somebody took the file away, or changed its size. */
  async open(name: UnikernelName, sizeMib: number): Promise<FileHandle> {
    if ((await this.sizeOf(name)) === sizeMib * MEBIBYTE) return await open(this.path(name), 'r');
    throw new Failure(
      'BLOCK_NOT_FOUND',
      `the file ${this.path(name)} of the block device ${name} is gone, or has another size than ${sizeMib} MiB`,
      { name },
    );
  }

  /** Null when there is none, or something else than a plain file. */
  async sizeOf(name: UnikernelName): Promise<number | null> {
    const found = await lstat(this.path(name)).catch(missing);
    return found?.isFile() === true ? found.size : null;
  }

  async exists(file: string): Promise<boolean> {
    return (await lstat(join(this.folder, file)).catch(missing)) !== null;
  }

  /**
   * Writes a file of that size that nobody knows yet, and that lasts: zeros, but for what `fill` writes. It
   * belongs to whom the device's present file belongs. Leaves nothing behind when it fails.
   */
  async makeDraft(
    name: UnikernelName,
    sizeMib: number,
    fill: (file: FileHandle) => Promise<void> = async () => undefined,
  ): Promise<Draft> {
    const draft = `${DRAFT_PREFIX}${randomBytes(16).toString('hex')}`;
    try {
      const file = await open(join(this.folder, draft), 'wx', 0o600);
      try {
        // The mode of open is less the umask.
        await file.chmod(0o600);
        const former = await lstat(this.path(name)).catch(missing);
        if (former !== null && former.uid !== process.getuid?.())
          await file.chown(former.uid, former.gid);
        await fill(file);
        await file.truncate(sizeMib * MEBIBYTE);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(this.folder);
      return draft;
    } catch (error) {
      await this.discard(draft);
      throw sizeFailure(diskFailure(error), sizeMib);
    }
  }

  /** Never throws: what cannot be removed now is removed at the next start. */
  async discard(draft: Draft): Promise<void> {
    await rm(join(this.folder, draft), { force: true }).catch(() => undefined);
  }

  /** Gives a draft its place. When this fails, the draft is there as long as that has not happened. */
  async place(draft: Draft, name: UnikernelName): Promise<void> {
    await rename(join(this.folder, draft), this.path(name));
    await syncFolder(this.folder);
  }

  async remove(name: UnikernelName): Promise<void> {
    await rm(this.path(name), { force: true });
    await syncFolder(this.folder);
  }

  /** Removes all drafts but these. */
  async discardOthers(kept: ReadonlySet<Draft>): Promise<void> {
    for (const file of await readdir(this.folder))
      if (file.startsWith(DRAFT_PREFIX) && !kept.has(file)) await this.discard(file);
  }

  async scan(): Promise<readonly FoundFile[]> {
    const found: FoundFile[] = [];
    for (const file of await readdir(this.folder)) {
      if (file.startsWith(DRAFT_PREFIX) || file.startsWith(BLOCK_INDEX_FILE)) continue;
      found.push({ file, device: await this.#deviceIn(file) });
    }
    return found;
  }

  /** As the original does: whatever is called by a name and has a whole number of MiB. */
  async #deviceIn(file: string): Promise<FoundFile['device']> {
    const name = nameOf(file);
    const bytes = name === null ? null : await this.sizeOf(name);
    if (name === null || bytes === null || bytes === 0 || bytes % MEBIBYTE !== 0) return null;
    await chmod(this.path(name), 0o600);
    return { name, sizeMib: bytes / MEBIBYTE };
  }
}

/** A name may be written in several ways, a file's in one: no two files are the same device. */
function nameOf(file: string): UnikernelName | null {
  try {
    const name = parseUnikernelName(file);
    return wireForm(name) === file ? name : null;
  } catch {
    return null;
  }
}

function sizeFailure(error: unknown, sizeMib: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EFBIG' && code !== 'EINVAL') return error;
  return new Failure(
    'BLOCK_SIZE_INVALID',
    `the file system takes no file of ${sizeMib} MiB for a block device`,
  );
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
