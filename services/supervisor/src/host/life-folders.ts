import { parseExit, type Exit } from '@albatross/shared/domain/exit';
import {
  LIFE_DRAFT_PREFIX,
  lifeName,
  parseLifeName,
  type Life,
  type LifeRecord,
} from '@albatross/shared/domain/life';
import { constants, type Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ObservedLife, TenderProcess } from './host.ts';
import { parseProcessStat, readBootId, standingOf, type ProcessStat } from './process-stat.ts';
import { isSystemError } from './system-error.ts';

const lifeRecord = z.object({
  pid: z.number().int().positive(),
  startTicks: z.number().int().nonnegative(),
  bootId: z.string(),
  uid: z.number().int().nonnegative(),
  startedAt: z.number(),
}) satisfies z.ZodType<LifeRecord>;

/** The folders `lives` and `exits`, as `domain/life.ts` draws them. */
export class LifeFolders {
  readonly #lives: string;
  readonly #exits: string;

  constructor(lives: string, exits: string) {
    this.#lives = lives;
    this.#exits = exits;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.#lives, this.#exits]) await mkdir(folder, { recursive: true });
  }

  exitFile(life: Life): string {
    return join(this.#exits, lifeName(life));
  }

  /** An empty folder in which a life is built, unseen by everybody else. */
  async draft(life: Life): Promise<string> {
    const folder = join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life));
    await mkdir(folder, { mode: 0o750 });
    return folder;
  }

  /** Makes a life visible. */
  async complete(life: Life, record: LifeRecord): Promise<void> {
    const draft = join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life));
    const file = await open(join(draft, 'life'), 'w', 0o640);
    try {
      await file.writeFile(JSON.stringify(record));
    } finally {
      await file.close();
    }
    await rename(draft, join(this.#lives, lifeName(life)));
  }

  /**
   * First the folder, then the exit: an exit without a folder is known to be over. A keeper that still waits
   * goes too: nobody could reach it any more.
   */
  async remove(life: Life): Promise<void> {
    const name = lifeName(life);
    for (const folder of [LIFE_DRAFT_PREFIX + name, name]) {
      await this.#writeToDrain(folder, 'removed\n');
      // Again when a keeper is just making a file in it.
      await rm(join(this.#lives, folder), { recursive: true, force: true, maxRetries: 3 });
    }
    await rm(this.exitFile(life), { force: true });
  }

  async observe(): Promise<readonly ObservedLife[]> {
    const bootId = readBootId();
    const exits = new Set(await readdir(this.#exits));
    const seen: ObservedLife[] = [];
    for (const entry of await readdir(this.#lives, { withFileTypes: true })) {
      const life = lifeOf(entry);
      if (life === null) continue;
      const record = await this.#readRecord(life);
      const standing = record === null ? 'gone' : standingOf(record, bootId);
      exits.delete(lifeName(life));
      seen.push({
        life,
        record,
        isTenderAlive: standing !== 'gone',
        isTenderWedged: standing === 'wedged',
        isKeeperAlive: await this.isKeeperAlive(life),
        exit: await this.#readExit(life),
      });
    }
    for (const name of exits) {
      const life = parseLifeName(name);
      if (life === null) continue;
      const exit = await this.#readExit(life);
      seen.push({ life, ...NOTHING_RUNS, exit });
    }
    return seen;
  }

  /** A keeper holds `drain` open until it ends, so that opening it for writing finds a reader. */
  async isKeeperAlive(life: Life): Promise<boolean> {
    return await this.#writeToDrain(lifeName(life), '');
  }

  /** Tells a keeper that nobody will read what is left; false when there is none. */
  async release(life: Life): Promise<boolean> {
    return await this.#writeToDrain(lifeName(life), 'released\n');
  }

  async #writeToDrain(folder: string, text: string): Promise<boolean> {
    const path = join(this.#lives, folder, 'drain');
    let file: FileHandle;
    try {
      file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // ENXIO: nobody has it open for reading.
      if (isSystemError(error, 'ENXIO', 'ENOENT')) return false;
      throw error;
    }
    try {
      if (text !== '') await file.write(text);
    } catch (error) {
      // EAGAIN: it is full of lines that the keeper has not read yet.
      if (!isSystemError(error, 'EPIPE', 'EAGAIN')) throw error;
    } finally {
      await file.close();
    }
    return true;
  }

  /** Gives up a life that could not be completed; returns the tender if one was started all the same. */
  async abandon(life: Life): Promise<TenderProcess | null> {
    const stat = await claimTender(join(this.#lives, LIFE_DRAFT_PREFIX + lifeName(life), 'tender'));
    await this.remove(life);
    return stat && { pid: stat.pid, startTicks: stat.startTicks, bootId: readBootId() };
  }

  /** For a supervisor that starts: nothing of an earlier boot lives, and nobody builds a life now. */
  async mend(uidOf: (life: Life) => number): Promise<void> {
    const bootId = readBootId();
    for (const { life, record, exit } of await this.observe()) {
      if (record !== null && record.bootId !== bootId && exit === null) await this.remove(life);
    }
    await this.#mendDrafts(uidOf, bootId);
  }

  /**
   * Lives that were being built when a supervisor died: completed if their tender was started, else
   * removed. The keeper makes the file `tender` exclusively before it starts one; so do we, and if we are
   * the first it never will.
   */
  async #mendDrafts(uidOf: (life: Life) => number, bootId: string): Promise<void> {
    for (const name of await readdir(this.#lives)) {
      const life = name.startsWith(LIFE_DRAFT_PREFIX)
        ? parseLifeName(name.slice(LIFE_DRAFT_PREFIX.length))
        : null;
      if (life === null) continue;
      const stat = await claimTender(join(this.#lives, name, 'tender'));
      const record = stat && {
        pid: stat.pid,
        startTicks: stat.startTicks,
        bootId,
        uid: uidOf(life),
        startedAt: Date.now(),
      };
      const isWorthKeeping =
        record !== null &&
        (standingOf(record, bootId) !== 'gone' || (await this.#readExit(life)) !== null);
      if (isWorthKeeping) await this.complete(life, record);
      else await this.remove(life);
    }
  }

  async #readRecord(life: Life): Promise<LifeRecord | null> {
    const text = await readIfThere(join(this.#lives, lifeName(life), 'life'));
    if (text === null) return null;
    try {
      return lifeRecord.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  async #readExit(life: Life): Promise<Exit | null> {
    const text = await readIfThere(this.exitFile(life));
    return text === null ? null : parseExit(text);
  }
}

const NOTHING_RUNS = {
  record: null,
  isTenderAlive: false,
  isTenderWedged: false,
  isKeeperAlive: false,
} as const;

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

/** Null when there is no such file. Whatever else keeps it from being read says nothing about it. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

function lifeOf(entry: Dirent): Life | null {
  return entry.isDirectory() ? parseLifeName(entry.name) : null;
}
