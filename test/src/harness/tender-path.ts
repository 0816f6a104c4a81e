import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { compileStandInTender } from './stand-in-tender.ts';

/** Executables by the name a tender is looked for. */
export type Tenders = Readonly<Record<string, string>>;

const TENDER = /^(solo5-|qemu-system-)/;

/** For spt only: hvt wants a KVM device before any tender is started. */
export async function standInTender(): Promise<Tenders> {
  return { 'solo5-spt': join(await compileStandInTender(), 'solo5-spt') };
}

/** Those of the three that this machine has, and that are no stand-ins. */
export function realTenders(): Tenders {
  const found: Record<string, string> = {};
  for (const name of ['solo5-spt', 'solo5-hvt', 'qemu-system-x86_64']) {
    const path = findProgram(name);
    if (path !== null && isReal(path)) found[name] = path;
  }
  return found;
}

/**
 * One folder that is good for PATH: it holds every program of this machine's PATH, except that of tenders
 * it holds only those given. `withoutSbin` is how Debian's ordinary users have it.
 */
export class TenderPath implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(tenders: Tenders, { withoutSbin = false } = {}): Promise<TenderPath> {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-path-'));
    await chmod(folder, 0o755);
    const programs = new Map(Object.entries(tenders));
    for (const from of pathFolders()) {
      if (withoutSbin && from.endsWith('/sbin')) continue;
      for (const name of existsSync(from) ? readdirSync(from) : [])
        if (!TENDER.test(name) && !programs.has(name)) programs.set(name, join(from, name));
    }
    await Promise.all([...programs].map(([name, path]) => symlink(path, join(folder, name))));
    return new TenderPath(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

function findProgram(name: string): string | null {
  for (const folder of pathFolders()) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Perhaps in the next.
    }
  }
  return null;
}

function isReal(tender: string): boolean {
  const { stderr } = spawnSync(tender, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return !stderr.includes('stand-in');
}

function pathFolders(): readonly string[] {
  return (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
}
