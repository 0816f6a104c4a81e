import { eventually } from '@albatross/shared/bus/testing/asserts';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { LOADER, TSX } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { clientProgram } from './client-program.ts';
import { Program, type Ended } from './program.ts';
import { Administrator } from './administrator.ts';
import { killIfThere } from './kill-if-there.ts';
import type { RunningSystemOptions } from './running-system-options.ts';
import { TenderPath } from './tender-path.ts';
import {
  processStat,
  systemProcesses,
  tracesIn,
  unikernelProcesses,
  type Traces,
} from './traces.ts';

export type ProcessName = 'supervisor' | 'console' | 'stats' | 'nats-server';

/** What a service logs when somebody must act. */
const ERROR_RECORD = /"level":50/;
/** How long the runner waits before it starts a process again, and that process until it answers. */
const RESTART_DEADLINE_MS = 30_000;
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** What `npm start` runs, as a child of the test, in a folder of its own. */
export class RunningSystem implements AsyncDisposable {
  readonly dir: string;
  readonly folders: Folders;
  readonly #options: RunningSystemOptions;
  readonly #path: TenderPath;
  /** The folder that is ours to remove; null when `dir` was given. */
  readonly #parent: string | null;
  #client = '';
  #program: Program | null = null;
  #administrator: Promise<Administrator> | null = null;
  /** The processes that nobody starts again at the moment, as they were. */
  readonly #down = new Map<ProcessName, number>();

  private constructor(options: RunningSystemOptions, path: TenderPath, parent: string | null) {
    this.#options = options;
    this.#path = path;
    this.#parent = parent;
    this.dir = options.dir ?? join(parent ?? '', 'dir');
    this.folders = foldersOf(this.dir);
  }

  /** Resolves when it says that it is ready. */
  static async start(options: RunningSystemOptions): Promise<RunningSystem> {
    const path = await TenderPath.make(options.tenders, {
      withoutSbin: options.user !== undefined,
    });
    const parent =
      options.dir === undefined ? await mkdtemp(join(tmpdir(), 'albatross-e2e-')) : null;
    // mkdtemp makes it ours alone, and tenders are somebody else.
    if (parent !== null) await chmod(parent, 0o755);
    const self = new RunningSystem(options, path, parent);
    try {
      await self.startAgain();
    } catch (error) {
      await self[Symbol.asyncDispose]().catch(() => undefined);
      throw error;
    }
    return self;
  }

  /** After `stop`: another runner in the same folder. */
  async startAgain(): Promise<void> {
    assert.equal(this.#program, null, 'it is running already');
    const program = this.foreground();
    try {
      await program.untilSays(/^ready/m);
    } catch (error) {
      program.signal('SIGTERM');
      await program.ended();
      throw error;
    }
    this.#program = program;
    this.#client = await this.#buildClient();
  }

  /** One more runner in the same folder. */
  foreground(): Program {
    const main = join(this.#checkout, 'deploy/foreground/src/main.ts');
    // Should the tests be killed, it ends as by Ctrl-C.
    const tied = ['setpriv', '--pdeathsig', 'TERM', ...this.#asUser(), '--'];
    const loader = this.#options.checkout === undefined ? LOADER : TSX;
    const command = [process.execPath, ...loader, main, '--dir', this.dir];
    const { inside = [], network } = this.#options;
    const words = [...(network?.words ?? []), ...inside];
    return Program.start([...words, ...tied, ...command], this.#where());
  }

  /** Ends the runner by a signal; unikernels go on. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    const program = this.#program;
    assert.ok(program !== null, 'it is not running');
    this.#program = null;
    const administrator = await this.#administrator?.catch(() => null);
    await administrator?.[Symbol.asyncDispose]();
    this.#administrator = null;
    program.signal(signal);
    return await program.ended();
  }

  /** The runner's process. */
  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** As it is installed; of another checkout, as it lies there. */
  async #buildClient(): Promise<string> {
    const { checkout } = this.#options;
    if (checkout !== undefined) return join(checkout, 'client/bin/albatross.mjs');
    return await clientProgram();
  }

  /** What the runner and its processes have said since it was started. */
  get log(): string {
    return this.#program?.stderr ?? '';
  }

  /** The client, run to its end. */
  async albatross(...args: readonly string[]): Promise<Ended> {
    return await this.startAlbatross(...args).ended();
  }

  /** The same in another folder, where its files are. */
  async albatrossIn(folder: string, ...args: readonly string[]): Promise<Ended> {
    return await this.#startClient(folder, args).ended();
  }

  /** The client, under way. */
  startAlbatross(...args: readonly string[]): Program {
    return this.#startClient(this.#checkout, args);
  }

  /** A program that finds this system as its client does. */
  startBeside(command: readonly string[]): Program {
    const { network } = this.#options;
    return Program.start(network?.command(...command) ?? command, this.#where());
  }

  #startClient(folder: string, args: readonly string[]): Program {
    const client = [process.execPath, this.#client, ...args];
    const user = this.#asUser();
    const command = user.length === 0 ? client : ['setpriv', ...user, ...client];
    const { network } = this.#options;
    const where = { ...this.#where(), cwd: folder };
    return Program.start(network?.command(...command) ?? command, where);
  }

  /** Does in bulk what the client does one process at a time. */
  async administrator(): Promise<Administrator> {
    assert.ok(this.#program !== null, 'it is not running');
    this.#administrator ??= this.#connect();
    return await this.#administrator;
  }

  async #connect(): Promise<Administrator> {
    const { network } = this.#options;
    if (network === undefined) return await Administrator.connect(this.folders);
    const { url } = await readBusAccess(this.folders, 'admin');
    return await Administrator.connect(this.folders, await network.relay(url));
  }

  /** The process id in DIR/run/NAME.pid; 0 while there is none. */
  pidOf(name: ProcessName): number {
    try {
      return Number(readFileSync(join(this.folders.run, `${name}.pid`), 'utf8'));
    } catch {
      return 0;
    }
  }

  /** SIGKILL to each at once; resolves when all were started again and answer. */
  async kill(...names: readonly ProcessName[]): Promise<void> {
    await this.replace('SIGKILL', ...names);
  }

  /** Ends each by that signal, all at once; resolves when all were started again and answer. */
  async replace(signal: NodeJS.Signals, ...names: readonly ProcessName[]): Promise<void> {
    const ended = this.#signalAll(signal, names);
    await this.#untilReplaced(ended);
  }

  /** SIGKILL to each, and none is started again until `bringBack`. Resolves when they are gone. */
  async takeDown(...names: readonly ProcessName[]): Promise<void> {
    process.kill(this.pid, 'SIGSTOP');
    const gone = this.#signalAll('SIGKILL', names);
    await eventually(`${names.join(', ')} are gone`, () =>
      [...gone.values()].every((pid) => processStat(pid) === null),
    );
    for (const [name, pid] of gone) this.#down.set(name, pid);
  }

  /** After `takeDown`: resolves when all were started again and answer. */
  async bringBack(): Promise<void> {
    const down = new Map(this.#down);
    this.#down.clear();
    process.kill(this.pid, 'SIGCONT');
    await this.#untilReplaced(down);
  }

  /** Returns the process that each was. */
  #signalAll(
    signal: NodeJS.Signals,
    names: readonly ProcessName[],
  ): ReadonlyMap<ProcessName, number> {
    const pids = new Map(names.map((name) => [name, this.pidOf(name)]));
    for (const [name, pid] of pids) {
      assert.ok(pid > 0, `${name} is not running`);
      process.kill(pid, signal);
    }
    return pids;
  }

  async #untilReplaced(before: ReadonlyMap<ProcessName, number>): Promise<void> {
    await eventually(
      `${[...before.keys()].join(', ')} are started again`,
      () => [...before].every(([name, pid]) => ![0, pid].includes(this.pidOf(name))),
      RESTART_DEADLINE_MS,
    );
    await (await this.administrator()).untilServed(RESTART_DEADLINE_MS);
  }

  /** What its unikernels left, or have, on this machine. */
  traces(): Traces {
    return tracesIn(this.dir);
  }

  /** Resolves when there is no tender any more, no keeper, and no file of theirs. */
  async untilNothingLives(): Promise<void> {
    await eventually('every life is over', () => {
      const { lives, exits, processes } = this.traces();
      return [lives, exits, processes].every(({ length }) => length === 0);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { stdout = '', stderr = '' } = this.#program ?? {};
    try {
      // A test that failed may have left it stopped.
      if (this.#program !== null) process.kill(this.pid, 'SIGCONT');
      if (this.#program !== null) await this.#leaveNothing();
    } finally {
      // Shown only if a test of the file fails.
      process.stderr.write(`${stdout}${stderr}`);
      // Nothing is left but what a failure left.
      for (const pid of [...systemProcesses(this.dir), ...unikernelProcesses(this.dir)])
        killIfThere(pid);
      await this.#path[Symbol.asyncDispose]();
      if (this.#parent !== null) await rm(this.#parent, { recursive: true });
    }
  }

  async #leaveNothing(): Promise<void> {
    try {
      const administrator = await this.administrator();
      await administrator.destroyAll();
      await this.untilNothingLives();
    } finally {
      const { status, stderr } = await this.stop();
      assert.equal(status, 0, stderr);
      assert.doesNotMatch(stderr, ERROR_RECORD);
    }
  }

  get #checkout(): string {
    return this.#options.checkout ?? REPOSITORY;
  }

  #asUser(): readonly string[] {
    const { user } = this.#options;
    return user === undefined
      ? []
      : ['--reuid', String(user.uid), '--regid', String(user.uid), '--clear-groups'];
  }

  #where(): { readonly env: NodeJS.ProcessEnv; readonly cwd: string } {
    const { user } = this.#options;
    const home = user === undefined ? {} : { HOME: user.home, TMPDIR: user.home };
    const own = {
      PATH: this.#path.folder,
      ALBATROSS_DIR: this.dir,
      // Those of this checkout.
      ...(this.#options.checkout === undefined ? {} : { ALBATROSS_PROGRAMS: undefined }),
    };
    return { env: { ...env, ...home, ...own }, cwd: this.#checkout };
  }
}
