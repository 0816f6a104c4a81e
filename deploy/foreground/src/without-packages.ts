import type { Plugin } from 'esbuild';

const NAMESPACE = 'without-package';

/** Leaves out packages that another one loads without our ever using them: they are null instead. */
export function withoutPackages(names: readonly string[]): Plugin {
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        names.includes(path) ? { path, namespace: NAMESPACE } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, () => ({
        contents: 'module.exports = null;',
      }));
    },
  };
}
