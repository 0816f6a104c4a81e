import { isModule, isSource, workspacesOf, type Rule, type SourceTree } from './source-tree.ts';

const LINES_MAX = 300;
const LINES_MEDIAN_MAX = 120;

/** Such a name says nothing about what is inside, and so anything ends up there. */
const JUNK_DRAWER = /(^|\/)(utils?|helpers?|common|misc|types)(\.[^/]*)?(\/|$)/;

export const longFiles: Rule = (tree) =>
  lengths(tree, isSource).flatMap(([file, lines]) =>
    lines > LINES_MAX ? [`${file} has ${lines} lines`] : [],
  );

export const longMedian: Rule = (tree) => {
  const sorted = lengths(tree, isModule)
    .map(([, lines]) => lines)
    .toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return median > LINES_MEDIAN_MAX ? [`half of the modules have ${median} lines or more`] : [];
};

export const junkDrawers: Rule = (tree) =>
  [...tree.keys()].filter((file) => JUNK_DRAWER.test(file));

/** With neither door, Node and the compiler refuse whoever imports a service. */
export const doorsOfServices: Rule = (tree) =>
  [...workspacesOf(tree)].flatMap(([folder, manifest]) =>
    folder.startsWith('services/')
      ? ['exports', 'main']
          .filter((door) => door in manifest)
          .map((door) => `${folder} has ${door}`)
      : [],
  );

export const missingReadmes: Rule = (tree) =>
  [...workspacesOf(tree).keys()].filter((folder) => !tree.has(`${folder}/README.md`));

function lengths(
  tree: SourceTree,
  isCounted: (file: string) => boolean,
): readonly (readonly [file: string, lines: number])[] {
  return [...tree]
    .filter(([file]) => isCounted(file) && !file.endsWith('.test.ts'))
    .map(([file, text]) => [file, text.replace(/\n$/, '').split('\n').length] as const);
}
