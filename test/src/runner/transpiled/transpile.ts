import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A module's JavaScript for the Node that runs us, kept in `cache` until the module changes. Beside it stands its
 * source map, which nobody needs before something fails.
 */
export async function transpile(cache: string, file: string): Promise<string> {
  const kept = keptFile(cache, file);
  const { mtime, mtimeMs } = statSync(file);
  const known = statSync(kept, { throwIfNoEntry: false });
  if (known !== undefined && Math.abs(known.mtimeMs - mtimeMs) < 1)
    return readFileSync(kept, 'utf8');
  // Loaded only then: a test file whose modules are all kept starts without it.
  const { transform } = await import('esbuild');
  const { code, map } = await transform(await readFile(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    sourcesContent: false,
    sourcefile: file,
    logLevel: 'silent',
  });
  await mkdir(dirname(kept), { recursive: true });
  await put(mapFile(cache, file), map, mtime);
  await put(kept, code, mtime);
  return code;
}

export function mapFile(cache: string, file: string): string {
  return join(cache, `${file}.map`);
}

function keptFile(cache: string, file: string): string {
  return join(cache, `${file}.js`);
}

/** Whole or not at all: several processes do this at the same time. */
async function put(path: string, content: string, mtime: Date): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  await utimes(draft, mtime, mtime);
  await rename(draft, path);
}
