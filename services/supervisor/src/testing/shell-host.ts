import { eventually } from '@albatross/shared/bus/testing/asserts';
import { describeExit } from '@albatross/shared/domain/exit';
import { lifeName, type Life, type LifeRecord } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cgroups } from '../host/cgroups.ts';
import { ownCpus } from '../host/cpus.ts';
import { FifoStock } from '../host/fifo-stock.ts';
import { TenderFinder } from '../host/find-tender.ts';
import type { ObservedLife, StartPlan } from '../host/host.ts';
import { LifeFolders } from '../host/life-folders.ts';
import { LinuxHost } from '../host/linux-host.ts';
import type { Taps } from '../host/taps.ts';
import { FakeTaps } from './fake-taps.ts';

/**
 * Its guest is a line of shell, the arguments, behind `--` or qemu's `-append`; what stands before them is
 * in `$options`.
 */
const TENDER = `#!/bin/sh
options=
while [ "$1" != -- ] && [ "$1" != -append ]; do
  options="$options $1"
  shift
done
[ "$1" = -append ] || shift
shift
eval "$*"
`;

const OWN_CPUS = ownCpus();
const uid = process.getuid?.() === 0 ? 700_001 : null;

type Tapping = Pick<Taps, 'plan' | 'make' | 'remove'>;

export interface ShellHostOptions {
  readonly path?: string;
  readonly taps?: Tapping;
  readonly cgroups?: Pick<Cgroups, 'make' | 'remove' | 'pathOf'> | null;
  /** By default, one below its folder. */
  readonly blockFolder?: string | null;
}

/** This machine, with tenders that are scripts: below `folder` are `lives`, `exits`, `block`, `image` and `tender`. */
export class ShellHost implements AsyncDisposable {
  readonly folder: string;
  readonly blockFolder: string;
  readonly taps: Tapping;
  readonly lives: LifeFolders;
  readonly host: LinuxHost;
  #number = 0;

  private constructor(folder: string, settings: Required<ShellHostOptions>) {
    const { path, taps, cgroups, blockFolder } = settings;
    this.folder = folder;
    this.blockFolder = blockFolder ?? join(folder, 'block');
    this.taps = taps;
    this.lives = new LifeFolders(join(folder, 'lives'), join(folder, 'exits'), taps);
    const tenderUids = uid === null ? null : { first: uid, count: 1 };
    const tenders = new TenderFinder({ stateFolder: folder, path });
    const options = { tenderUids, path, blockFolder: this.blockFolder };
    const fifos = new FifoStock(join(folder, 'fifos'), path);
    const parts = { lives: this.lives, fifos, tenders, taps, cgroups };
    // Scripts open no device nodes.
    this.host = new LinuxHost(options, { ...parts, groups: () => [] });
  }

  static async make({
    path = '/usr/bin:/bin',
    taps = new FakeTaps(),
    cgroups = null,
    blockFolder = null,
  }: ShellHostOptions = {}): Promise<ShellHost> {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-host-'));
    // Whoever the tender runs as must reach it.
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'tender'), TENDER, { mode: 0o755 });
    await writeFile(join(folder, 'image'), 'the image\n', { mode: 0o444 });
    const made = new ShellHost(folder, { path, taps, cgroups, blockFolder });
    await made.lives.prepare();
    return made;
  }

  /** The plan of a life that is to run `words`. */
  plan(words: string, changes: Partial<StartPlan> = {}): StartPlan {
    const name = parseUnikernelName('hello');
    this.#number += 1;
    return {
      life: { unikernel: name, number: this.#number },
      config: {
        name,
        digest: 'd'.repeat(64),
        target: 'spt',
        abiVersion: 2,
        memoryMib: 32,
        cpus: OWN_CPUS,
        nets: [],
        blocks: [],
        startupPriority: 50,
        restart: { kind: 'never' },
        arguments: [words],
        addName: false,
      },
      blocks: [],
      nameForm: 'label',
      tender: { target: 'spt', path: join(this.folder, 'tender') },
      imagePath: join(this.folder, 'image'),
      uid,
      ...changes,
    };
  }

  async start(
    words: string,
    changes: Partial<StartPlan> = {},
  ): Promise<{ readonly life: Life; readonly record: LifeRecord }> {
    const plan = this.plan(words, changes);
    const record = await this.host.startLife(plan);
    // Until it becomes the tender, its process looks like a keeper.
    await eventually('the tender runs', async () => !(await this.keepers()).includes(record.pid));
    return { life: plan.life, record };
  }

  async observe(life: Life): Promise<ObservedLife | undefined> {
    const all = await this.lives.observe();
    return all.find((one) => lifeName(one.life) === lifeName(life));
  }

  /** Waits for it. */
  async exitOf(life: Life): Promise<string> {
    let exit = 'none';
    await eventually(`${lifeName(life)} ended`, async () => {
      const seen = await this.observe(life);
      if (seen?.exit != null) exit = describeExit(seen.exit);
      return exit !== 'none';
    });
    return exit;
  }

  /** What is in the fifo now. */
  printed(life: Life): string {
    const path = join(this.folder, 'lives', lifeName(life), 'fifo');
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(65_536);
      return bytes.toString('utf8', 0, readSync(fd, bytes));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  /** Pids of keepers of ours, which show their life and the folder of its exit. */
  async keepers(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      pids.map(async (pid) => await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    return pids.flatMap((pid, index) =>
      lines[index]?.includes(`\0${join(this.folder, 'exits')}/`) ? [Number(pid)] : [],
    );
  }

  /** Whatever a test left running ends with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of await this.keepers()) process.kill(pid, 'SIGKILL');
    for (const { record } of await this.lives.observe()) {
      if (record !== null) this.host.signal(record, 'SIGKILL');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
