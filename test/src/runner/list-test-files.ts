import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * The test files git knows of or would add, relative to the current folder, in order. A pathspec names
 * files or folders, as for git; whatever it names, only `*.test.ts` are tests.
 */
export function listTestFiles(pathspecs: readonly string[]): readonly string[] {
  return listFiles(pathspecs).filter((file) => file.endsWith('.test.ts'));
}

/** The same of all files. */
export function listFiles(pathspecs: readonly string[]): readonly string[] {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...pathspecs],
    { encoding: 'utf8' },
  );
  // git still lists a file that was deleted but not yet committed as such.
  return [...new Set(listing.split('\0'))]
    .filter((file) => file !== '' && existsSync(file))
    .toSorted();
}
