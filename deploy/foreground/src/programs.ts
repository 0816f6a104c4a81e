import { build, stop } from 'esbuild';
import { copyFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAUNCHER } from './client-program.ts';

export { buildClient, bundleClient } from './client-program.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** Packages look for others by `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Makes one file of a service and all it needs: to load the modules one by one takes up to a second each
 * time it is started, to make the file takes less, once. Returns what to start.
 */
export async function buildService(name: string, folder: string): Promise<string> {
  const program = await buildProgram(`services/${name}/src/main.ts`, programFile(folder, name));
  if (name === 'supervisor') {
    const keeper = join(REPOSITORY, 'services/supervisor/src/host/keeper.sh');
    await copyFile(keeper, join(folder, 'keeper.sh'));
  }
  if (name === 'tls-gateway') await copyAddons(folder);
  return program;
}

/** Those that were built here, for whatever version of Node: the gateway takes the one of its own, if there is one. */
async function copyAddons(folder: string): Promise<void> {
  const native = join(REPOSITORY, 'services/tls-gateway/native');
  for (const file of await readdir(native))
    if (file.endsWith('.node')) {
      const draft = join(folder, `${file}.draft`);
      await copyFile(join(native, file), draft);
      // A program that has loaded the former one goes on with that.
      await rename(draft, join(folder, file));
    }
}

/** Of a service or, as `albatross`, of the client. */
export function programFile(folder: string, name: string): string {
  return join(folder, name === 'albatross' ? LAUNCHER : `${name}.mjs`);
}

/** One file of a program and all it needs. Returns that file. */
export async function buildProgram(source: string, outfile: string): Promise<string> {
  await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: REQUIRE },
    // Faster where it is there; it is looked for at run time.
    external: ['msgpackr-extract'],
    logLevel: 'error',
  });
  // It keeps a process for the next time, which would stay as long as we do.
  await stop();
  return outfile;
}
