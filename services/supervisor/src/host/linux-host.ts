import { Failure } from '@albatross/shared/contracts/failures';
import { lifeName, type Life, type LifeRecord } from '@albatross/shared/domain/life';
import type { Target } from '@albatross/solo5';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { diskFailure } from '../disk.ts';
import { tenderGroups } from './device-access.ts';
import type { Host, ObservedLife, StartPlan, Tender, TenderProcess } from './host.ts';
import type { LifeFolders } from './life-folders.ts';
import { parseProcessStat, readBootId, standingOf } from './process-stat.ts';
import { tenderCommand } from './tender-command.ts';
import type { TenderFinder } from './find-tender.ts';

/** Handed over as text, so that a running keeper does not care what becomes of the file; `ps` shows it. */
const KEEPER = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8').replaceAll(
  /^ *#.*\n/gm,
  '',
);
/** How long a keeper may take to start its tender. */
export const KEEPER_DEADLINE_MS = 10_000;

export interface LinuxHostOptions {
  readonly tenderUids: { readonly first: number; readonly count: number } | null;
  /** Where tenders and the keeper's few programs are looked for. */
  readonly path: string;
}

/** The machine we run on. */
export class LinuxHost implements Host {
  readonly tenderUids: Host['tenderUids'];
  readonly #path: string;
  readonly #lives: LifeFolders;
  readonly #tenders: TenderFinder;

  constructor(
    options: LinuxHostOptions,
    parts: { readonly lives: LifeFolders; readonly tenders: TenderFinder },
  ) {
    this.tenderUids = options.tenderUids;
    this.#path = options.path;
    this.#lives = parts.lives;
    this.#tenders = parts.tenders;
  }

  memoryMib(): number {
    return Math.floor(totalmem() / 2 ** 20);
  }

  async findTender(target: Target, abiVersion: number): Promise<Tender> {
    const tender = await this.#tenders.find(target, abiVersion);
    await tenderGroups(tender.target, this.tenderUids !== null);
    return tender;
  }

  async startLife(plan: StartPlan): Promise<LifeRecord> {
    try {
      const folder = await this.#lives.draft(plan.life);
      const groups = await tenderGroups(plan.tender.target, this.tenderUids !== null);
      const line = await this.#startKeeper(folder, plan, tenderCommand(plan, groups));
      const stat = parseProcessStat(line);
      if (stat === null) throw await this.#keeperFailure(folder);
      const { pid, startTicks } = stat;
      const uid = plan.uid ?? process.getuid?.() ?? 0;
      const record = { pid, startTicks, bootId: readBootId(), uid, startedAt: Date.now() };
      await this.#lives.complete(plan.life, record);
      return record;
    } catch (error) {
      // A tender whose life cannot be made known may not run. What cannot be given up now is at the next start.
      const tender = await this.#lives.abandon(plan.life).catch(() => null);
      if (tender !== null) this.signal(tender, 'SIGKILL');
      throw diskFailure(error);
    }
  }

  /** Resolves with what the keeper says, or with nothing when it ended without a word. */
  async #startKeeper(folder: string, plan: StartPlan, command: readonly string[]): Promise<string> {
    const keeper = spawn(
      '/bin/sh',
      [
        '-c',
        KEEPER,
        `keeper:${lifeName(plan.life)}`,
        this.#lives.exitFile(plan.life),
        plan.imagePath,
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
    return await this.#lives.observe();
  }

  signal(process_: TenderProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      if (standingOf(process_) !== 'gone') process.kill(process_.pid, signal);
    } catch {
      // It ended in between, or nobody can tell whether it is still that process.
    }
  }

  async releaseKeeper(life: Life): Promise<void> {
    await this.#lives.release(life);
  }

  async removeLife(life: Life): Promise<void> {
    await this.#lives.remove(life);
  }
}
