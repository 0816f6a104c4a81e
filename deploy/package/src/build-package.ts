import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './checkout.ts';
import type { Options } from './options.ts';
import { PACKAGE } from './places.ts';
import type { Release } from './release.ts';
import { architecture, stageControl } from './stage-control.ts';
import { stageDocuments } from './stage-documents.ts';
import { stagePrograms } from './stage-programs.ts';
import { stageUnits } from './stage-units.ts';
import { StagedTree } from './staged-tree.ts';

const run = promisify(execFile);

/** Builds everything anew in a temporary folder. Returns the file, which is there when it is complete. */
export async function buildPackage(options: Options): Promise<string> {
  const { folder, version, maintainer } = options;
  const date = new Date((options.epoch ?? (await lastCommit())) * 1000);
  const file = join(folder, `${PACKAGE}_${version}_${architecture()}.deb`);
  const scratch = await mkdtemp(join(tmpdir(), 'albatross-package-'));
  try {
    const staged = await stage({ version, maintainer, date }, scratch);
    await mkdir(folder, { recursive: true });
    const draft = join(dirname(file), `.new_${basename(file)}`);
    await pack(staged, draft, date);
    await rename(draft, file);
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function stage(release: Release, scratch: string): Promise<string> {
  const tree = new StagedTree(join(scratch, 'root'));
  const folder = join(scratch, 'programs');
  const client = await stagePrograms(tree, folder);
  await stageUnits(tree);
  const programs = { folder, client };
  await stageDocuments(tree, release, { programs, scratch: join(scratch, 'man') });
  await stageControl(tree, release);
  return tree.folder;
}

/** The same bytes of the same files, whoever packs them and when. */
async function pack(staged: string, file: string, date: Date): Promise<void> {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    SOURCE_DATE_EPOCH: String(date.getTime() / 1000),
  };
  await chmod(staged, 0o755);
  try {
    await run('dpkg-deb', ['--root-owner-group', '--build', staged, file], { env });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function lastCommit(): Promise<number> {
  const words = ['-C', REPOSITORY, 'log', '-1', '--format=%ct'];
  const { stdout } = await run('git', words);
  return Number(stdout);
}
