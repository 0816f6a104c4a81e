import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';

/** As TypeScript writes an import for CommonJS: whatever is used of it is written `name_1.something`. */
const IMPORT = /^(?:const|var) (\w+_\d+) = (require\("\.[^"]+"\));$/gm;

/**
 * Has files of a package loaded when something of them is used, and not when a file that imports them is: a package
 * does much that a short command never asks for. For those that TypeScript made.
 */
export function lazyRequires(packageName: string): Plugin {
  const filter = new RegExp(`/node_modules/${packageName}/.*\\.js$`);
  return {
    name: 'lazy-requires',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => ({
        contents: withLazyRequires(await readFile(path, 'utf8')),
      }));
    },
  };
}

/** The text of a file whose imports are loaded where they are used; esbuild loads each once. */
export function withLazyRequires(text: string): string {
  const imports = new Map(
    Array.from(text.matchAll(IMPORT), ([, name, load]) => [name, `(${load})`]),
  );
  return text
    .replaceAll(IMPORT, '')
    .replaceAll(/\b\w+_\d+(?=[.)])/g, (name) => imports.get(name) ?? name);
}
