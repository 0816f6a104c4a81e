import { build, stop } from 'esbuild';
import { execFile } from 'node:child_process';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMMON, writeClientProgram, type ClientProgram } from './client-chunks.ts';

const SOURCES = 'client/src/installed';
const KEEP_CODE = 'albatross-keep-code.cjs';
/** Of programs, and what V8 made of them. */
const FILES = /^albatross-[0-9a-f]+(-rest)?\.js/;

export const LAUNCHER = 'albatross.cjs';

/** Makes the client as it is installed, and keeps what V8 makes of it. Returns what to start. */
export async function buildClient(folder: string): Promise<string> {
  const launcher = await bundleClient(folder);
  await promisify(execFile)(process.execPath, [join(folder, KEEP_CODE)]);
  return launcher;
}

/**
 * The same without what is for one machine: that is kept by running `albatross-keep-code.cjs` where the client is
 * installed, and again with another Node. Without it everything works, only more slowly. Returns what to start.
 *
 * | file | |
 * |---|---|
 * | `albatross.cjs` | what to start; under the name `albatross-client` it does as the original's does |
 * | `albatross-HASH.js` | the program, which that runs: what the command that is given most takes of it |
 * | `albatross-HASH-rest.js` | the rest, for when another asks for it |
 * | `FILE.VERSION-ARCH.cache` | what V8 made of either, where that was kept |
 * | `albatross-keep-code.cjs` | keeps it |
 */
export async function bundleClient(folder: string): Promise<string> {
  const program = await writeClientProgram(folder);
  const define = { PROGRAM: JSON.stringify(program) };
  const launcher = join(folder, LAUNCHER);
  for (const [source, file] of [
    ['keep-code.ts', join(folder, KEEP_CODE)],
    ['launch.ts', launcher],
  ] as const) {
    const outfile = `${file}.draft`;
    await build({
      ...COMMON,
      entryPoints: [`${SOURCES}/${source}`],
      outfile,
      format: 'cjs',
      define,
    });
    await chmod(outfile, 0o755);
    // Whoever starts it meanwhile has the former one, or this one; only the rest of the former may be gone already.
    await rename(outfile, file);
  }
  await removeFormer(folder, program);
  // It keeps a process for the next time, which would stay as long as we do.
  await stop();
  return launcher;
}

/** Programs of other contents, which nothing leads to any more. */
async function removeFormer(folder: string, { often, rest }: ClientProgram): Promise<void> {
  for (const file of await readdir(folder))
    if (FILES.test(file) && !file.startsWith(often) && !file.startsWith(rest))
      await rm(join(folder, file));
}
