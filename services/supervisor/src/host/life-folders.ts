import {
  LIFE_DRAFT_PREFIX,
  lifeName,
  parseLifeName,
  type Life,
  type LifeName,
  type LifeRecord,
} from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { parseProcessStat, type ProcessStat } from '@albatross/shared/runtime/process-stat';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../turns.ts';
import { removeWithKeeper, tellKeeper } from './drain.ts';
import type { ObservedLife, TenderProcess } from './host.ts';
import { takeBlocks } from './block-access.ts';
import {
  readDevices,
  readExit,
  readIfThere,
  readRecord,
  type RecordedExit,
  type LifeDevices,
} from './life-files.ts';
import { readBootId, standingOf } from './process-standing.ts';
import { isSystemError } from './system-error.ts';
import type { Taps } from './taps.ts';

/**
 * The folders `lives` and `exits`, as `domain/life.ts` draws them. In that of a life the file `devices`, which
 * is of no concern to others, tells which it has, from before it is given them until they are given back.
 */
export class LifeFolders {
  readonly #lives: string;
  /** Of the lives that were there last time: what stands in a record does not change. */
  #records = new Map<LifeName, LifeRecord>();
  readonly #blockTurns = new Turns<UnikernelName>();
  readonly #exits: string;
  readonly #taps: Pick<Taps, 'remove'>;

  constructor(lives: string, exits: string, taps: Pick<Taps, 'remove'>) {
    this.#lives = lives;
    this.#exits = exits;
    this.#taps = taps;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.#lives, this.#exits]) await mkdir(folder, { recursive: true });
  }

  exitFile(life: Life): string {
    return join(this.#exits, lifeName(life));
  }

  hasExit(life: Life): boolean {
    return existsSync(this.exitFile(life));
  }

  /** A folder in which a life is built, unseen by everybody else; in it only which devices it will have. */
  async draft(life: Life, devices: LifeDevices = NO_DEVICES): Promise<string> {
    const folder = join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life));
    // Stats, a user of its own, reads the record in it; the fifo is for console alone, by its group.
    mkdirSync(folder, { mode: 0o755 });
    if (devices.taps.length > 0 || devices.blocks.length > 0) {
      writeFileSync(join(folder, 'devices'), JSON.stringify(devices), { mode: 0o640 });
    }
    return folder;
  }

  /** Makes a life visible. */
  async complete(life: Life, record: LifeRecord): Promise<void> {
    const draft = join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life));
    writeFileSync(join(draft, 'life'), JSON.stringify(record), { mode: 0o644 });
    renameSync(draft, join(this.#lives, lifeName(life)));
  }

  /**
   * Removes its taps and takes back its block devices, for its user may be another's tomorrow; does nothing
   * when that was done. Throws a `Failure`, and may be called again.
   */
  async freeDevices(life: Life): Promise<void> {
    const name = lifeName(life);
    const folders = [LIFE_DRAFT_PREFIX + name, name].filter((one) => this.#hasDevices(one));
    // Most have none.
    if (folders.length === 0) return;
    // Its next life may be given the same ones, and must not lose them again.
    await this.inBlockTurn(life, async () => {
      for (const folder of folders) await this.#takeBlocks(folder);
    });
    for (const folder of folders) await this.#removeTaps(life, folder);
  }

  #hasDevices(folder: string): boolean {
    return existsSync(join(this.#lives, folder, 'devices'));
  }

  /** Block devices of one unikernel are given and taken one after the other. */
  async inBlockTurn<T>({ unikernel }: Life, work: () => Promise<T>): Promise<T> {
    return await this.#blockTurns.take(unikernel, work);
  }

  /** What its tender has, or may have, open. */
  async blocksOf(life: Life): Promise<readonly string[]> {
    const devices = await readDevices(join(this.#lives, lifeName(life), 'devices'));
    return devices?.blocks ?? [];
  }

  /** Once: they may have become its next life's. */
  async #takeBlocks(folder: string): Promise<void> {
    const file = join(this.#lives, folder, 'devices');
    const devices = await readDevices(file);
    if (devices === null || devices.blocks.length === 0) return;
    await takeBlocks(devices.blocks, devices.uid);
    await writeFile(`${file}.new`, JSON.stringify({ ...devices, blocks: [] }), { mode: 0o640 });
    await rename(`${file}.new`, file);
  }

  async #removeTaps(life: Life, folder: string): Promise<void> {
    const file = join(this.#lives, folder, 'devices');
    const devices = await readDevices(file);
    if (devices === null) return;
    await this.#taps.remove(devices.taps, life.unikernel);
    await rm(file, { force: true });
  }

  /**
   * First the devices, of which only the folder tells; then the folder, then the exit: an exit without a folder
   * is known to be over. A keeper that still waits goes too: nobody could reach it any more.
   */
  async remove(life: Life): Promise<void> {
    const name = lifeName(life);
    this.#records.delete(name);
    await this.freeDevices(life);
    for (const folder of [LIFE_DRAFT_PREFIX + name, name])
      await removeWithKeeper(join(this.#lives, folder));
    rmSync(this.exitFile(life), { force: true });
  }

  async observe(): Promise<readonly ObservedLife[]> {
    const bootId = readBootId();
    const exits = new Set(await readdir(this.#exits));
    const records = new Map<LifeName, LifeRecord>();
    const seen: ObservedLife[] = [];
    for (const entry of await readdir(this.#lives, { withFileTypes: true })) {
      const life = lifeOf(entry);
      if (life === null) continue;
      const name = lifeName(life);
      const record = this.#records.get(name) ?? (await readRecord(join(this.#lives, name, 'life')));
      if (record !== null) records.set(name, record);
      if (seen.length % LIVES_AT_A_TIME === LIVES_AT_A_TIME - 1) await setImmediate();
      const standing = record === null ? 'gone' : standingOf(record, bootId);
      const isTenderAlive = standing !== 'gone';
      exits.delete(name);
      seen.push({
        life,
        record,
        isTenderAlive,
        isTenderWedged: standing === 'wedged',
        isKeeperAlive: isTenderAlive || (await this.isKeeperAlive(life)),
        // Read after the keeper was looked for: it writes this before it goes.
        ...(isTenderAlive ? NO_EXIT : await this.#exitOf(life)),
      });
    }
    this.#records = records;
    for (const name of exits) {
      const life = parseLifeName(name);
      if (life !== null) seen.push({ life, ...NOTHING_RUNS, ...(await this.#exitOf(life)) });
    }
    return seen;
  }

  async #exitOf(life: Life): Promise<RecordedExit | typeof NO_EXIT> {
    return (await readExit(this.exitFile(life))) ?? NO_EXIT;
  }

  /** A keeper holds `drain` open until it ends. */
  async isKeeperAlive(life: Life): Promise<boolean> {
    return await tellKeeper(this.#folderOf(life), '');
  }

  /** Tells a keeper that nobody will read what is left; false when there is none. */
  async release(life: Life): Promise<boolean> {
    return await tellKeeper(this.#folderOf(life), 'released\n');
  }

  #folderOf(life: Life): string {
    return join(this.#lives, lifeName(life));
  }

  /** Gives up a life that could not be completed, and ends the tender if one was started all the same. */
  async abandon(life: Life, end: (tender: TenderProcess) => void): Promise<void> {
    const stat = await claimTender(join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life), 'tender'));
    if (stat !== null) end({ pid: stat.pid, startTicks: stat.startTicks, bootId: readBootId() });
    await this.remove(life);
  }

  /**
   * For a supervisor that starts: nothing of an earlier boot lives, nobody builds a life now, and who is
   * dead needs no devices. What cannot be given back now is told and left, to be tried again.
   */
  async mend(
    uidOf: (life: Life) => number,
    onDefect: (life: Life, error: unknown) => void,
  ): Promise<void> {
    const bootId = readBootId();
    const orTell = async (life: Life, mending: Promise<void>): Promise<void> =>
      await mending.catch((error: unknown) => onDefect(life, error));
    for (const { life, record, exit, isTenderAlive } of await this.observe()) {
      const isOfBefore = record !== null && record.bootId !== bootId && exit === null;
      if (isOfBefore) await orTell(life, this.remove(life));
      else if (record !== null && !isTenderAlive) await orTell(life, this.freeDevices(life));
    }
    for (const name of await readdir(this.#lives)) {
      const life = name.startsWith(LIFE_DRAFT_PREFIX)
        ? parseLifeName(name.slice(LIFE_DRAFT_PREFIX.length))
        : null;
      if (life !== null) await orTell(life, this.#mendDraft(life, uidOf(life), bootId));
    }
  }

  /**
   * A life that was being built when a supervisor died: completed if its tender was started, else removed.
   * The keeper makes the file `tender` exclusively before it starts one; so do we, and if we are the first
   * it never will.
   */
  async #mendDraft(life: Life, uid: number, bootId: string): Promise<void> {
    const folder = LIFE_DRAFT_PREFIX + lifeName(life);
    const stat = await claimTender(join(this.#lives, folder, 'tender'));
    if (stat === null) return await this.remove(life);
    const process = { pid: stat.pid, startTicks: stat.startTicks, bootId };
    const isAlive = standingOf(process, bootId) !== 'gone';
    if (!isAlive && (await readExit(this.exitFile(life))) === null) return await this.remove(life);
    const { taps } = (await readDevices(join(this.#lives, folder, 'devices'))) ?? NO_DEVICES;
    await this.complete(life, { ...process, uid, startedAt: Date.now(), taps });
    if (!isAlive) await this.freeDevices(life);
  }
}

/** After so many, whoever asked for something has a turn: to look at a thousand takes tens of milliseconds. */
const LIVES_AT_A_TIME = 32;

const NOTHING_RUNS = {
  record: null,
  isTenderAlive: false,
  isTenderWedged: false,
  isKeeperAlive: false,
} as const;

const NO_DEVICES: LifeDevices = { uid: null, taps: [], blocks: [] };
const NO_EXIT = { exit: null, exitAt: null } as const;

/** Null when no tender was started, and none ever will be. */
async function claimTender(path: string): Promise<ProcessStat | null> {
  try {
    await (await open(path, 'wx')).close();
    return null;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
  // The keeper was first; it makes the file and writes the line in one breath.
  for (let tries = 0; tries < 100; tries += 1) {
    const stat = parseProcessStat((await readIfThere(path)) ?? '');
    if (stat !== null) return stat;
    await sleep(10);
  }
  return null;
}

function lifeOf(entry: Dirent): Life | null {
  return entry.isDirectory() ? parseLifeName(entry.name) : null;
}
