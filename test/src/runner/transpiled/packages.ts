import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * What our modules import of packages that have very many modules: Node takes longer to find and load those than to
 * run most test files.
 */
const SPECIFIERS = ['zod', 'zod/mini', 'zod/v4/core', 'zod/v4/locales/en.js', '@peculiar/x509'];

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const CACHE = join(REPOSITORY, 'node_modules/.cache/albatross-packages');

/** Where each of them is imported from instead, by what is imported. */
export type BundledPackages = ReadonlyMap<string, string>;

/** Makes few modules of each of those packages, which they share; once, as long as the same ones are installed. */
export async function bundlePackages(): Promise<BundledPackages> {
  const hash = createHash('sha256');
  for (const file of [join(REPOSITORY, 'package-lock.json'), fileURLToPath(import.meta.url)])
    hash.update(await readFile(file));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!(await isThere(folder))) await bundleInto(folder);
  return new Map(
    SPECIFIERS.map((specifier) => [
      specifier,
      pathToFileURL(join(folder, `${fileName(specifier)}.mjs`)).href,
    ]),
  );
}

/** Whole or not at all: several processes do this at the same time. */
async function bundleInto(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, 'draft-'));
  // mkdtemp makes it ours alone, and some tests run programs as somebody else.
  await chmod(draft, 0o755);
  await build({
    absWorkingDir: REPOSITORY,
    entryPoints: SPECIFIERS.map((specifier) => ({ in: specifier, out: fileName(specifier) })),
    outdir: draft,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Of packages that have both, what was written as modules: of the other nothing is exported by name.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  await rename(draft, folder).catch(async (error: unknown) => {
    // Somebody else was faster.
    await rm(draft, { recursive: true });
    if (!(await isThere(folder))) throw error;
  });
}

function fileName(specifier: string): string {
  return specifier.replaceAll(/\W/g, '-');
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
