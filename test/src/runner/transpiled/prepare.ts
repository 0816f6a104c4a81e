import { build } from 'esbuild';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { listFiles } from '../list-test-files.ts';
import { bundlePackages } from './packages.ts';
import { transpile } from './transpile.ts';

/**
 * Makes JavaScript of every module that git knows of or would add below the current folder, as far as that is not
 * kept from the last time. Returns what to give Node's `--import`, so that modules are loaded from there: `tsx`,
 * which would do this too, takes half of the time of a usual test file.
 */
export async function prepareTranspiled(): Promise<string> {
  const folder = resolve('node_modules/.cache/albatross-tests');
  await build({
    entryPoints: ['register', 'hooks'].map((name) => ownFile(`${name}.ts`)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Where the current folder has none of its own.
    alias: { esbuild: ESBUILD },
    external: [ESBUILD],
    define: { BUNDLED_PACKAGES: JSON.stringify(Object.fromEntries(await bundlePackages())) },
    logLevel: 'error',
  });
  const cache = join(folder, 'modules');
  await Promise.all(
    // What does not parse fails where it is imported, with the reason.
    listFiles(['*.ts']).map(
      async (file) => await transpile(cache, resolve(file)).catch(() => undefined),
    ),
  );
  return pathToFileURL(join(folder, 'register.js')).href;
}

const ESBUILD = fileURLToPath(import.meta.resolve('esbuild'));

function ownFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
