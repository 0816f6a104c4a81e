import type { ClientChunks } from './client-chunks.ts';

/** The names of the chunks that are loaded with these files. Throws for a file that no chunk is made for. */
export function loadedChunks(
  { facts }: ClientChunks,
  sources: readonly string[],
): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (chunk: string): void => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const { path, kind } of facts.get(chunk)?.imports ?? [])
      if (kind === 'import-statement') load(chunkName(path));
  };
  for (const source of sources) load(chunkOf(facts, source));
  return loaded;
}

/** As one chunk asks for another, in whatever folder esbuild takes it to be. */
export function chunkName(path: string): string {
  return `./${path.replace(/^.*\//, '')}`;
}

function chunkOf(facts: ClientChunks['facts'], source: string): string {
  for (const [chunk, { entryPoint }] of facts) if (entryPoint === source) return chunk;
  throw new Error(`${source} is not imported by an import()`);
}
