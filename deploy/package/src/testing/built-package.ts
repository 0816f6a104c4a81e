import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../checkout.ts';

const run = promisify(execFile);

/** A package, built as `npm run package` does, and what is in it, as it will be installed. */
export class BuiltPackage implements AsyncDisposable {
  /** The `.deb`. */
  readonly file: string;
  /** What dpkg reads. */
  readonly control: string;
  /** What it installs. */
  readonly root: string;
  readonly #folder: string;

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.file = file;
    this.control = join(folder, 'control');
    this.root = join(folder, 'root');
  }

  static async build(...words: readonly string[]): Promise<BuiltPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-test-'));
    // As somebody may have it who lets nobody read what is theirs.
    const command = 'umask 077; exec "$0" --import tsx deploy/package/src/main.ts "$@"';
    const args = ['-c', command, process.execPath, ...words, folder];
    const { stdout } = await run('sh', args, { cwd: REPOSITORY });
    const self = new BuiltPackage(folder, join(REPOSITORY, stdout.trim()));
    await run('dpkg-deb', ['--extract', self.file, self.root]);
    await run('dpkg-deb', ['--control', self.file, self.control]);
    return self;
  }

  /** Each file, folder and link of it, as `-rw-r--r-- root/root ./etc/default/albatross`. */
  async listing(): Promise<readonly string[]> {
    const { stdout } = await run('dpkg-deb', ['--contents', this.file]);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [mode = '', owner = '', , , , ...path] = line.split(/ +/);
        return [mode, owner, ...path].join(' ');
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
