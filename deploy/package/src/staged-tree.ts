import { createHash } from 'node:crypto';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a package holds, as it will stand below the root of a system. Paths begin with `/`. */
export class StagedTree {
  readonly folder: string;

  /** An empty folder. */
  constructor(folder: string) {
    this.folder = folder;
  }

  async write(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    const file = await this.#place(path);
    await writeFile(file, content);
    await chmod(file, mode);
  }

  async copy(source: string, path: string, mode = 0o644): Promise<void> {
    const file = await this.#place(path);
    await copyFile(source, file);
    await chmod(file, mode);
  }

  /** As the policy of Debian has pages and changelogs: as small as gzip makes them, and without a time. */
  async compress(path: string, content: string | Uint8Array): Promise<void> {
    await this.write(`${path}.gz`, gzipSync(content, { level: 9 }));
  }

  /** `to` is a path in the tree as well. */
  async link(path: string, to: string): Promise<void> {
    await symlink(relative(dirname(path), to), await this.#place(path));
  }

  /** Files and links, in order. */
  async paths(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join('/', relative(this.folder, entry.path), entry.name))
      .toSorted();
  }

  /** md5sums(5), by which dpkg notices what was changed; and the room it takes, in KiB. */
  async account(): Promise<{ readonly md5sums: string; readonly sizeKib: number }> {
    let [md5sums, sizeKib] = ['', 0];
    for (const path of await this.paths()) {
      const file = join(this.folder, path);
      const { size } = await lstat(file);
      sizeKib += Math.max(1, Math.ceil(size / 1024));
      if ((await lstat(file)).isSymbolicLink()) continue;
      const sum = createHash('md5')
        .update(await readFile(file))
        .digest('hex');
      md5sums += `${sum}  ${path.slice(1)}\n`;
    }
    return { md5sums, sizeKib };
  }

  async #place(path: string): Promise<string> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    return file;
  }
}
