import { eventually } from '@albatross/shared/bus/testing/asserts';
import { LIFE_DRAFT_PREFIX, lifeName } from '@albatross/shared/domain/life';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { foldersOf, livesFolder, type Folders } from '@albatross/shared/runtime/folders';
import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readlink, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { prepareBusFiles } from '../../../../../deploy/foreground/src/bus-files.ts';
import { buildService } from '../../../../../deploy/foreground/src/programs.ts';
import { Administrator } from '../../../harness/administrator.ts';
import { builtProgram } from '../../../harness/built-program.ts';
import { BackgroundProcess } from './background-process.ts';
import { Press } from './press.ts';
import type { Programs } from './programs.ts';

/** More than anybody here prints: what console throws away of a flood is no part of these figures. */
const NO_LIMITS = {
  ALBATROSS_CONSOLE_LINES_PER_S: String(10 ** 9),
  ALBATROSS_CONSOLE_BYTES_PER_S: String(10 ** 12),
};
const START_DEADLINE_MS = 20_000;

/**
 * console from its bundle and a bus, with lives that a press holds instead of keepers and tenders: whoever
 * had a process for each would measure those.
 */
export class ConsoleAlone implements AsyncDisposable {
  readonly folders: Folders;
  readonly names: readonly UnikernelName[];
  /** One for each name. */
  readonly fifos: readonly string[];
  /** Holds them all. */
  readonly press: Press;
  readonly pid: number;
  readonly #scope: Scope;

  private constructor(
    scope: Scope,
    parts: Pick<ConsoleAlone, 'folders' | 'names' | 'fifos' | 'press' | 'pid'>,
  ) {
    this.#scope = scope;
    this.folders = parts.folders;
    this.names = parts.names;
    this.fifos = parts.fifos;
    this.press = parts.press;
    this.pid = parts.pid;
  }

  /** Resolves when it reads all of its lives and nothing has been printed. */
  static async start(programs: Programs, unikernels: number): Promise<ConsoleAlone> {
    const scope = new Scope();
    try {
      const dir = scope.use(await TemporaryFolder.make()).path;
      const folders = foldersOf(dir);
      for (const folder of Object.values(folders) as string[])
        await mkdir(folder, { recursive: true });
      const { configFile } = await prepareBusFiles(folders);
      scope.use(
        new BackgroundProcess(['nats-server', '-c', configFile, '-l', join(dir, 'nats.log')], {}),
      );
      const names = Array.from({ length: unikernels }, (_, n) => parseUnikernelName(`bench:n${n}`));
      const fifos = await buildLives(folders, names);
      const press = scope.use(await Press.start(programs, fifos));
      const bundle = await builtProgram(
        'console',
        async (folder) => await buildService('console', folder),
      );
      const console = scope.use(
        new BackgroundProcess([execPath, bundle], { ALBATROSS_DIR: dir, ...NO_LIMITS }),
      );
      const { pid } = console;
      await eventually(
        'console reads all fifos',
        async () => (await fifosRead(pid)) === unikernels,
        START_DEADLINE_MS,
      );
      return new ConsoleAlone(scope, { folders, names, fifos, press, pid });
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whoever asks for histories. */
  async administrator(): Promise<Administrator> {
    return this.#scope.use(await Administrator.connect(this.folders));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Returns their fifos, in the order of the names. */
async function buildLives(
  folders: Folders,
  names: readonly UnikernelName[],
): Promise<readonly string[]> {
  const lives = livesFolder(folders);
  await mkdir(lives, { recursive: true });
  const called = names.map((unikernel, index) => lifeName({ unikernel, number: index + 1 }));
  const drafts = called.map((life) => join(lives, LIFE_DRAFT_PREFIX + life));
  for (const draft of drafts) await mkdir(draft);
  await makeFifos(drafts.flatMap((draft) => [join(draft, 'fifo'), join(draft, 'drain')]));
  for (const life of called) await rename(join(lives, LIFE_DRAFT_PREFIX + life), join(lives, life));
  return called.map((life) => join(lives, life, 'fifo'));
}

export async function makeFifos(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('mkfifo', [...paths]);
}

/** What else it has open is called otherwise. */
async function fifosRead(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const open = await Promise.all(
    (await readdir(folder)).map(async (fd) => await readlink(join(folder, fd)).catch(() => '')),
  );
  return open.filter((path) => path.endsWith('/fifo')).length;
}
