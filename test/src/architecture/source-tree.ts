import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Paths from the root of the repository, with `/`; the text of what is source or a manifest, else ''. */
export type SourceTree = ReadonlyMap<string, string>;

/** A rule names every place that breaks it; a test plants some to show that it can. */
export type Rule = (tree: SourceTree) => readonly string[];

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What git knows of this repository or would add. */
export function thisRepository(): SourceTree {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  const files = [...new Set(listing.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)),
  );
  return new Map(
    files.map((file) => [file, isRead(file) ? readFileSync(join(root, file), 'utf8') : '']),
  );
}

export function isModule(file: string): boolean {
  return /\.(ts|mjs)$/.test(file);
}

export function isSource(file: string): boolean {
  return /\.(ts|mjs|c|h|S|sh)$/.test(file);
}

/** Tests, their doubles, and all of the workspace that is for nothing else. */
export function isTestCode(file: string): boolean {
  return /\.test\.ts$|\/testing\/|^test\//.test(file);
}

/** The modules of a tree, in order, without their comments. */
export function modulesOf(tree: SourceTree): readonly (readonly [file: string, code: string])[] {
  return [...tree]
    .filter(([file]) => isModule(file))
    .map(([file, text]) => [file, text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')] as const);
}

/** The folder of every workspace, with its manifest as parsed. */
export function workspacesOf(
  tree: SourceTree,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(
    [...tree]
      .filter(([file]) => file.endsWith('/package.json'))
      .map(([file, text]) => [file.replace(/\/package\.json$/, ''), JSON.parse(text)]),
  );
}

function isRead(file: string): boolean {
  return isSource(file) || file.endsWith('package.json');
}
