import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice, Tap } from '@albatross/shared/domain/device';
import type { Life, LifeRecord } from '@albatross/shared/domain/life';
import type { Policy } from '@albatross/shared/domain/policy';
import type { Device, Target } from '@albatross/solo5';
import { parseProcessStat, type ProcessStat } from '@albatross/shared/runtime/process-stat';
import { existsSync, statfsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { allDone } from '../all-done.ts';
import { diskFailure } from '../disk.ts';
import { inspectImage } from '../unikernels/inspect-image.ts';
import { giveBlocks } from './block-access.ts';
import { listBridges } from './bridges.ts';
import type { Cgroups } from './cgroups.ts';
import { checkNets } from './check-nets.ts';
import { onlineCpus, ownCpus } from './cpus.ts';
import { tenderGroups, type TenderNeeds } from './device-access.ts';
import { HeldDrain } from './drain.ts';
import type { FifoStock } from './fifo-stock.ts';
import type { TenderFinder } from './find-tender.ts';
import type { Host, ObservedLife, StartPlan, Tender, TenderProcess } from './host.ts';
import { Launcher, type KeeperOrder, type Saying } from './launcher.ts';
import type { LifeFolders } from './life-folders.ts';
import { readBootId, standingOf } from './process-standing.ts';
import { QEMU_MUTE_STATUS } from './qemu-command.ts';
import type { Taps } from './taps.ts';
import { tenderCommand } from './tender-command.ts';

const MIB = 2 ** 20;
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
  readonly fifos: Pick<FifoStock, 'give'>;
  readonly tenders: TenderFinder;
  readonly taps: Pick<Taps, 'plan' | 'make'>;
  /** Null where tenders cannot have one each. */
  readonly cgroups: Pick<Cgroups, 'make' | 'remove' | 'pathOf'> | null;
  /** By default those that open the device nodes of this machine. */
  readonly groups?: typeof tenderGroups;
}

/** The machine we run on. */
export class LinuxHost implements Host {
  readonly tenderUids: Host['tenderUids'];
  readonly #launcher: Launcher;
  readonly #blockFolder: string;
  readonly #parts: Parts;
  readonly #ownCpus = ownCpus();

  constructor(options: LinuxHostOptions, parts: Parts) {
    this.tenderUids = options.tenderUids;
    this.#launcher = new Launcher(options.path);
    this.#blockFolder = resolve(options.blockFolder);
    this.#parts = parts;
  }

  /** Each is looked up when somebody asks for it: most of what is asked takes only some of them. */
  machine(): Policy {
    const [uids, blockFolder] = [this.tenderUids, this.#blockFolder];
    return {
      unikernels: uids?.count ?? UNIKERNELS_MAX,
      get memoryMib() {
        return Math.floor(totalmem() / MIB);
      },
      get cpus() {
        return onlineCpus();
      },
      get blockMib() {
        const disk = statfsSync(existing(blockFolder));
        return Math.floor((disk.blocks * disk.bsize) / MIB);
      },
      get bridges() {
        return listBridges();
      },
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
    const { lives, fifos, taps: maker } = this.#parts;
    const { life, config } = plan;
    try {
      const taps = maker.plan(config.nets, life.unikernel);
      const blocks = plan.blocks.map(({ path }) => path);
      const folder = await lives.draft(life, { uid: plan.uid, taps, blocks });
      await fifos.give(folder);
      const command = await this.#command(plan, taps);
      const saying = this.#launcher.start(this.#order(plan, folder, command));
      const { pid, startTicks } = await this.#started(plan, folder, saying, taps);
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

  async #started(
    plan: StartPlan,
    folder: string,
    saying: Saying,
    taps: readonly Tap[],
  ): Promise<ProcessStat> {
    try {
      // Nothing may be under way any more when it is given up.
      await allDone([plan.written ?? Promise.resolve(), this.#prepare(plan, taps)]);
      const { line, complaint } = await this.#begin(folder, saying);
      const stat = parseProcessStat(line);
      if (stat === null) throw await this.#keeperFailure(folder, complaint);
      return stat;
    } finally {
      saying.forget();
    }
  }

  async #command(plan: StartPlan, taps: readonly Tap[]): Promise<readonly string[]> {
    const { target } = plan.config;
    const groups = this.#groups({ target, hasNets: taps.length > 0 });
    const manifest = target === 'virtio' ? await manifestOf(plan) : [];
    const around = {
      groups,
      taps,
      ownCpus: this.#ownCpus,
      blockFolder: this.#blockFolder,
      manifest,
    };
    return tenderCommand(plan, around);
  }

  #order(plan: StartPlan, folder: string, command: readonly string[]): KeeperOrder {
    const { life, config, imagePath, blocks } = plan;
    const hasFiles = blocks.some(({ path }) => dirname(path) === this.#blockFolder);
    return {
      life,
      folder,
      exitFile: this.#parts.lives.exitFile(life),
      imagePath,
      cgroup: this.#parts.cgroups?.pathOf(life) ?? null,
      tenderFolder: hasFiles ? this.#blockFolder : null,
      muteStatus: config.target === 'virtio' ? QEMU_MUTE_STATUS : null,
      command,
    };
  }

  /** Everything else a tender needs to find, in an order in which what fails costs least. */
  async #prepare({ life, config, uid, blocks }: StartPlan, taps: readonly Tap[]): Promise<void> {
    const { lives, cgroups, taps: maker } = this.#parts;
    await lives.inBlockTurn(life, async () => {
      await giveBlocks(blocks, { folder: this.#blockFolder, uid });
    });
    await cgroups?.make(life, config);
    if (taps.length > 0) await maker.make(taps, { name: life.unikernel, uid });
  }

  /** Lets the keeper start its tender. Resolves with what it says, which is nothing when it does not, and why. */
  async #begin(
    folder: string,
    saying: Saying,
  ): Promise<{ readonly line: string; readonly complaint: string }> {
    using drain = new HeldDrain(folder);
    let late: NodeJS.Timeout | undefined;
    try {
      drain.begin();
      const deadline = new Promise<null>((resolve) => {
        late = setTimeout(() => resolve(null), KEEPER_DEADLINE_MS);
      });
      const line = await Promise.race([saying.said, deadline]);
      return line === null ? { line: '', complaint: saying.giveUp() } : { line, complaint: '' };
    } finally {
      clearTimeout(late);
    }
  }

  async #keeperFailure(folder: string, complaint: string): Promise<Failure> {
    const said = (await readFile(join(folder, 'err'), 'utf8').catch(() => '')).trim();
    const why = said || complaint || 'its keeper said nothing';
    return new Failure('TENDER_FAILED', `the tender could not be started: ${why}`);
  }

  async observe(): Promise<readonly ObservedLife[]> {
    return await this.#parts.lives.observe();
  }

  hasExit(life: Life): boolean {
    return this.#parts.lives.hasExit(life);
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

/** The image may be put where it belongs only now. */
async function manifestOf({ imagePath, written }: StartPlan): Promise<readonly Device[]> {
  await written;
  return inspectImage(imagePath, (await stat(imagePath)).size).devices;
}

/** The folder, or the nearest above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}
