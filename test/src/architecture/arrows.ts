import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { isTestCode, modulesOf, workspacesOf, type Rule, type SourceTree } from './source-tree.ts';

/**
 * Who may import whom, beside itself. `libs/` stands for all libraries; whoever is not listed imports
 * nothing of ours.
 */
const ARROWS: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^libs\/shared\/contracts$/, /^libs\/shared\/domain$/],
  [/^libs\/shared\/bus$/, /^libs\/shared\/(contracts|domain)$/],
  [/^libs\/wire$/, /^libs\/shared\/domain$/],
  [/^libs\/pki$/, /^libs\/(wire|shared\/(domain|contracts|runtime))$/],
  [/^(services\/.+|client|deploy\/foreground)$/, /^libs\//],
  // It packs what is built there, too.
  [/^deploy\/package$/, /^(libs\/.+|deploy\/foreground)$/],
  [/^test$/, /./],
];

/**
 * Beside those, tests of what runs may use the harness and the unikernels that are its examples; and the
 * double of a bus is a process, with a port.
 */
const ARROWS_OF_TESTS: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^(services\/.+|client|deploy\/foreground|examples\/.+)$/, /^(test|examples\/.+)$/],
  [/^libs\/shared\/bus$/, /^libs\/shared\/runtime$/],
];

export const crossedArrows: Rule = (tree) =>
  ownImports(tree).flatMap(({ file, target }) => {
    const [from, to] = [zoneOf(file), zoneOf(target)];
    const arrows = isTestCode(file) ? [...ARROWS, ...ARROWS_OF_TESTS] : ARROWS;
    const isAllowed = from === to || arrows.some(([a, b]) => a.test(from) && b.test(to));
    return isAllowed ? [] : [`${file} imports ${target}: no arrow from ${from} to ${to}`];
  });

/** Workspaces meet at their doors, and not by way of `../..`. */
export const reachedAcross: Rule = (tree) => {
  const folders = [...workspacesOf(tree).keys()];
  const workspaceOf = (path: string): string | undefined =>
    folders.find((folder) => path.startsWith(`${folder}/`));
  return ownImports(tree).flatMap(({ file, target, specifier }) =>
    !specifier.startsWith('.') ||
    zoneOf(file) === 'test' ||
    workspaceOf(file) === workspaceOf(target)
      ? []
      : [`${file} reaches into ${target} past its package`],
  );
};

/** Doubles are for tests only. */
export const doublesAtLarge: Rule = (tree) =>
  ownImports(tree).flatMap(({ file, target }) =>
    !isTestCode(file) && isTestCode(target)
      ? [`${file} imports ${target}, which is for tests`]
      : [],
  );

interface OwnImport {
  readonly file: string;
  readonly specifier: string;
  /** A path from the root; of a package, its folder and what follows its name. */
  readonly target: string;
}

function ownImports(tree: SourceTree): readonly OwnImport[] {
  const folders = new Map(
    [...workspacesOf(tree)].map(([folder, manifest]) => [manifest['name'], folder] as const),
  );
  return modulesOf(tree).flatMap(([file, code]) =>
    importsOf(code).flatMap((specifier) => {
      const target = targetOf(folders, file, specifier);
      return target === null ? [] : [{ file, specifier, target }];
    }),
  );
}

function targetOf(
  folders: ReadonlyMap<unknown, string>,
  file: string,
  specifier: string,
): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  const [, name, below] = /^(@albatross\/[^/]+)(\/.+)?$/.exec(specifier) ?? [];
  return name === undefined ? null : `${folders.get(name) ?? name}/src${below ?? ''}`;
}

/** The workspace, or in `libs/shared` the folder in it; as the rules above name them. */
function zoneOf(path: string): string {
  const [, shared] = /^libs\/shared\/src\/([^/]+)/.exec(path) ?? [];
  if (shared !== undefined) return `libs/shared/${shared}`;
  return /^(client|test)(?=\/)|^[^/]+\/[^/]+/.exec(path)?.[0] ?? path;
}
