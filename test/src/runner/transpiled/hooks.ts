import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transpile } from './transpile.ts';

/**
 * Of Node's customization hooks, in the thread that loads modules.
 *
 * @public
 */
export const initialize: InitializeHook<string> = (cache) => {
  folder = cache;
};

let folder = '';

/** Set by `prepare.ts`: where what is imported of them stands. */
declare const BUNDLED_PACKAGES: Readonly<Record<string, string>>;

/**
 * What Node finds out about a module beside another one is in its name.
 *
 * @public
 */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const url = BUNDLED_PACKAGES[specifier] ?? besides(specifier, context.parentURL);
  return url === undefined
    ? await nextResolve(specifier, context)
    : { url, format: 'module', shortCircuit: true };
};

function besides(specifier: string, parent: string | undefined): string | undefined {
  const isBeside = /^\.{1,2}\/.*\.ts$/.test(specifier);
  return isBeside && parent !== undefined ? new URL(specifier, parent).href : undefined;
}

/** @public */
export const load: LoadHook = async (url, context, nextLoad) => {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !pathname.endsWith('.ts')) return await nextLoad(url, context);
  const source = await transpile(folder, fileURLToPath(url));
  return { format: 'module', shortCircuit: true, source };
};
