import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, lstat, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCES = fileURLToPath(new URL('../../stand-in/', import.meta.url));
const FLAGS = ['-O2', '-s', '-std=gnu11'];
const run = promisify(execFile);

/**
 * Compiles `test/stand-in` and returns the absolute path of a folder with the executables
 * `solo5-spt` and `solo5-hvt`, which any user can run; put it in front of PATH. The folder is kept,
 * under a name that changes with the sources, so only the first call after a change compiles.
 * Rejects with an Error that says what to install when `compiler` is not there or cannot compile.
 */
export async function compileStandInTender(compiler = 'gcc'): Promise<string> {
  const files = (await readdir(SOURCES)).toSorted();
  const hash = createHash('sha256').update(JSON.stringify([compiler, FLAGS]));
  for (const file of files) hash.update(file).update(await readFile(join(SOURCES, file)));
  const key = hash.digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `albatross-stand-in-${userInfo().uid}-${key}`);
  if (!(await isCompiled(folder))) {
    const sources = files.filter((file) => file.endsWith('.c')).map((file) => join(SOURCES, file));
    await compileInto(folder, compiler, sources);
  }
  return folder;
}

/** The folder for temporary files is everybody's, and what is in ours will be run, maybe by root. */
async function isCompiled(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  });
  if (found === null) return false;
  if (found.isDirectory() && found.uid === userInfo().uid) return true;
  throw new Error(`${folder} is not a folder of this user; remove it`);
}

/** Built beside its place and renamed, so that a folder with the right name is always complete. */
async function compileInto(
  folder: string,
  compiler: string,
  sources: readonly string[],
): Promise<void> {
  const building = await mkdtemp(`${folder}-`);
  try {
    const spt = join(building, 'solo5-spt');
    await compile(compiler, [...FLAGS, '-o', spt, ...sources]);
    await link(spt, join(building, 'solo5-hvt'));
    await chmod(spt, 0o755);
    await chmod(building, 0o755);
    await rename(building, folder);
  } catch (error) {
    // Another process was faster, with the same sources.
    if (!isSystemError(error, 'ENOTEMPTY') && !isSystemError(error, 'EEXIST')) throw error;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** A static binary starts faster, but a system may lack the static C library. */
async function compile(compiler: string, words: readonly string[]): Promise<void> {
  try {
    await run(compiler, ['-static', ...words]).catch(() => run(compiler, words));
  } catch (cause) {
    const text = `${compiler} did not compile the stand-in tender: apt install gcc libc6-dev`;
    throw new Error(text, { cause });
  }
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
