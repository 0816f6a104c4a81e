import { execFile } from 'node:child_process';
import { mkdtemp, open, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILL_BYTES = 4096;

/** A file system of its own, small enough to be filled. */
export class TinyDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Why tests that need one must be skipped; false when they need not. */
  static async whyNot(): Promise<string | false> {
    try {
      await unmount((await TinyDisk.#mount(64)).path);
      return false;
    } catch {
      return 'a small disk cannot be mounted here; that takes root';
    }
  }

  /** Gone with the test. */
  static async mount(t: TestContext, sizeKib: number): Promise<TinyDisk> {
    const disk = await TinyDisk.#mount(sizeKib);
    t.after(async () => await unmount(disk.path));
    return disk;
  }

  static async #mount(sizeKib: number): Promise<TinyDisk> {
    const path = await mkdtemp(join(tmpdir(), 'albatross-tiny-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeKib}k`, 'tmpfs', path]);
      return new TinyDisk(path);
    } catch (error) {
      await rmdir(path);
      throw error;
    }
  }

  async resize(sizeKib: number): Promise<void> {
    await run('mount', ['-o', `remount,size=${sizeKib}k`, this.path]);
  }

  /** Leaves no byte of room. */
  async fill(): Promise<void> {
    const file = await open(join(this.path, 'ballast'), 'a');
    try {
      for (;;) await file.appendFile(Buffer.alloc(FILL_BYTES));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }
}

async function unmount(path: string): Promise<void> {
  await run('umount', ['--lazy', path]);
  await rmdir(path);
}
