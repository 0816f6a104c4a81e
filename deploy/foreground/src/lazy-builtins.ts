import type { Plugin } from 'esbuild';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const NAMESPACE = 'lazy-builtin';

/** Of these classes, all that is asked is whether something is one, which nothing can be before they are loaded. */
const ONLY_ASKED_FOR = ['TLSSocket'];

/**
 * Has these modules of Node's loaded when something of them is used, and not when a file that needs them in some
 * case is: a short command needs few of them. Each has to be an object, as most are; none may be written to.
 */
export function lazyBuiltins(names: readonly string[]): Plugin {
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /^[a-z_:/]+$/ }, ({ path, namespace }) => {
        const name = path.replace(/^node:/, '');
        if (!names.includes(name)) return undefined;
        return namespace === NAMESPACE
          ? { path, external: true }
          : { path: name, namespace: NAMESPACE };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
        contents: lazyModule(path),
      }));
    },
  };
}

function lazyModule(name: string): string {
  const loaded: unknown = require(name);
  if (typeof loaded !== 'object' || loaded === null) throw new Error(`${name} is no object`);
  const getters = Object.keys(loaded).map((key) => `get ${key}() { return ${valueOf(key)}; },`);
  return `let loaded; const load = () => (loaded ??= require('node:${name}'));
module.exports = { ${getters.join('\n')} };`;
}

function valueOf(key: string): string {
  const isInstance = `(value) => loaded !== undefined && value instanceof loaded.${key}`;
  return ONLY_ASKED_FOR.includes(key) ? `{ [Symbol.hasInstance]: ${isInstance} }` : `load().${key}`;
}
