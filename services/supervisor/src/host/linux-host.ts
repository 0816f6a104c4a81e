import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice, Tap } from '@albatross/shared/domain/device';
import { lifeName, type Life, type LifeRecord } from '@albatross/shared/domain/life';
import type { Policy } from '@albatross/shared/domain/policy';
import type { Device, Target } from '@albatross/solo5';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { diskFailure } from '../disk.ts';
import { inspectImage } from '../unikernels/inspect-image.ts';
import { giveBlocks } from './block-access.ts';
import { listBridges } from './bridges.ts';
import type { Cgroups } from './cgroups.ts';
import { checkNets } from './check-nets.ts';
import { onlineCpus, ownCpus } from './cpus.ts';
import { tenderGroups, type TenderNeeds } from './device-access.ts';
import type { TenderFinder } from './find-tender.ts';
import type { Host, ObservedLife, StartPlan, Tender, TenderProcess } from './host.ts';
import type { LifeFolders } from './life-folders.ts';
import { readBootId, standingOf } from './process-standing.ts';
import { QEMU_MUTE_STATUS } from './qemu-command.ts';
import type { Taps } from './taps.ts';
import { tenderCommand } from './tender-command.ts';

const MIB = 2 ** 20;
/** Handed over as text, so that a running keeper does not care what becomes of the file; `ps` shows it. */
const KEEPER = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8').replaceAll(
  /^ *#.*\n/gm,
  '',
);
/** How long a keeper may take to start its tender. */
export const KEEPER_DEADLINE_MS = 10_000;
/** At once, where tenders have no users of their own, whose number would tell. */
export const UNIKERNELS_MAX = 4096;

export interface LinuxHostOptions {
  readonly tenderUids: { readonly first: number; readonly count: number } | null;
  /** Where tenders and the keeper's few programs are looked for. */
  readonly path: string;
  /** Where the files of block devices are; it may be made later. */
  readonly blockFolder: string;
}

interface Parts {
  readonly lives: LifeFolders;
  readonly tenders: TenderFinder;
  readonly taps: Pick<Taps, 'plan' | 'make'>;
  /** Null where tenders cannot have one each. */
  readonly cgroups: Pick<Cgroups, 'make' | 'remove'> | null;
  /** By default those that open the device nodes of this machine. */
  readonly groups?: typeof tenderGroups;
}

/** The machine we run on. */
export class LinuxHost implements Host {
  readonly tenderUids: Host['tenderUids'];
  readonly #path: string;
  readonly #blockFolder: string;
  readonly #parts: Parts;
  readonly #ownCpus = ownCpus();

  constructor(options: LinuxHostOptions, parts: Parts) {
    this.tenderUids = options.tenderUids;
    this.#path = options.path;
    this.#blockFolder = resolve(options.blockFolder);
    this.#parts = parts;
  }

  machine(): Policy {
    const disk = statfsSync(existing(this.#blockFolder));
    return {
      unikernels: this.tenderUids?.count ?? UNIKERNELS_MAX,
      memoryMib: Math.floor(totalmem() / MIB),
      cpus: onlineCpus(),
      blockMib: Math.floor((disk.blocks * disk.bsize) / MIB),
      bridges: listBridges(),
    };
  }

  checkBridges(nets: readonly NetDevice[]): void {
    checkNets(nets, { changesUser: this.#changesUser, bridges: listBridges });
  }

  async findTender(target: Target, abiVersion: number): Promise<Tender> {
    const tender = await this.#parts.tenders.find(target, abiVersion);
    this.#groups({ target: tender.target, hasNets: false });
    return tender;
  }

  #groups(needs: TenderNeeds): readonly number[] {
    return (this.#parts.groups ?? tenderGroups)(needs, this.#changesUser);
  }

  get #changesUser(): boolean {
    return this.tenderUids !== null;
  }

  async startLife(plan: StartPlan): Promise<LifeRecord> {
    const { lives, taps: maker } = this.#parts;
    const { life, config } = plan;
    try {
      const taps = maker.plan(config.nets, life.unikernel);
      const blocks = plan.blocks.map(({ path }) => path);
      const folder = await lives.draft(life, { uid: plan.uid, taps, blocks });
      const { command, cgroup } = await this.#prepare(plan, taps);
      const line = await this.#startKeeper(folder, plan, cgroup, command);
      const stat = parseProcessStat(line);
      if (stat === null) throw await this.#keeperFailure(folder);
      const { pid, startTicks } = stat;
      const uid = plan.uid ?? process.getuid?.() ?? 0;
      const record = { pid, startTicks, bootId: readBootId(), uid, startedAt: Date.now(), taps };
      await lives.complete(life, record);
      return record;
    } catch (error) {
      // A tender whose life cannot be made known may not run. What cannot be given up now is at the next start.
      await lives.abandon(life, (tender) => this.signal(tender, 'SIGKILL')).catch(() => undefined);
      await this.#removeCgroup(life).catch(() => undefined);
      throw diskFailure(error);
    }
  }

  /** Everything a tender needs to find, in an order in which what fails costs least. */
  async #prepare(
    plan: StartPlan,
    taps: readonly Tap[],
  ): Promise<{ readonly command: readonly string[]; readonly cgroup: string | null }> {
    const { life, config, uid, blocks } = plan;
    const { target } = config;
    const blockFolder = this.#blockFolder;
    const groups = this.#groups({ target, hasNets: taps.length > 0 });
    const manifest = target === 'virtio' ? await manifestOf(plan.imagePath) : [];
    const around = { groups, taps, ownCpus: this.#ownCpus, blockFolder, manifest };
    const command = tenderCommand(plan, around);
    await this.#parts.lives.inBlockTurn(life, async () => {
      await giveBlocks(blocks, { folder: blockFolder, uid });
    });
    const cgroup = (await this.#parts.cgroups?.make(life, config)) ?? null;
    if (taps.length > 0) await this.#parts.taps.make(taps, { name: life.unikernel, uid });
    return { command, cgroup };
  }

  /** Resolves with what the keeper says, or with nothing when it ended without a word. */
  async #startKeeper(
    folder: string,
    plan: StartPlan,
    cgroup: string | null,
    command: readonly string[],
  ): Promise<string> {
    const hasFiles = plan.blocks.some(({ path }) => dirname(path) === this.#blockFolder);
    const keeper = spawn(
      '/bin/sh',
      [
        '-c',
        KEEPER,
        `keeper:${lifeName(plan.life)}`,
        this.#parts.lives.exitFile(plan.life),
        plan.imagePath,
        cgroup ?? '',
        hasFiles ? this.#blockFolder : '',
        plan.config.target === 'virtio' ? String(QEMU_MUTE_STATUS) : '',
        ...command,
      ],
      {
        cwd: folder,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { PATH: this.#path },
      },
    );
    keeper.unref();
    return await new Promise((resolve, reject) => {
      // Without file descriptors there is none, whatever the package of types says.
      const stdout = keeper.stdout as typeof keeper.stdout | undefined;
      const finish = (line: string): void => {
        clearTimeout(timer);
        stdout?.destroy();
        resolve(line);
      };
      const timer = setTimeout(() => finish(''), KEEPER_DEADLINE_MS);
      keeper.on('error', (error) => {
        clearTimeout(timer);
        reject(new Failure('TENDER_FAILED', `/bin/sh cannot be started: ${error.message}`));
      });
      let text = '';
      stdout?.setEncoding('utf8');
      stdout?.on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\n')) finish(text);
      });
      stdout?.on('end', () => finish(text));
    });
  }

  async #keeperFailure(folder: string): Promise<Failure> {
    const said = (await readFile(join(folder, 'err'), 'utf8').catch(() => '')).trim();
    return new Failure(
      'TENDER_FAILED',
      `the tender could not be started: ${said || 'its keeper said nothing'}`,
    );
  }

  async observe(): Promise<readonly ObservedLife[]> {
    return await this.#parts.lives.observe();
  }

  signal(process_: TenderProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      if (standingOf(process_) !== 'gone') process.kill(process_.pid, signal);
    } catch {
      // It ended in between, or nobody can tell whether it is still that process.
    }
  }

  async freeDevices(life: Life): Promise<void> {
    await this.#parts.lives.freeDevices(life);
    await this.#removeCgroup(life);
  }

  async blocksOf(life: Life): Promise<readonly string[]> {
    return await this.#parts.lives.blocksOf(life);
  }

  async releaseKeeper(life: Life): Promise<void> {
    await this.#parts.lives.release(life);
  }

  async removeLife(life: Life): Promise<void> {
    await this.#removeCgroup(life);
    await this.#parts.lives.remove(life);
  }

  async #removeCgroup(life: Life): Promise<void> {
    await this.#parts.cgroups?.remove(life);
  }
}

async function manifestOf(imagePath: string): Promise<readonly Device[]> {
  return inspectImage(imagePath, (await stat(imagePath)).size).devices;
}

/** The folder, or the nearest above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}
