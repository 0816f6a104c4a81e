import { Failure } from '@albatross/shared/contracts/failures';
import { foldersOf } from '@albatross/shared/runtime/folders';
import type { WireState } from '@albatross/wire';
import type { Command } from 'commander';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readState } from './read-state.ts';
import type { Session } from './session.ts';
import { readStateFolder, type StateFolder } from './state-folder.ts';

/** What the options below come to. */
export interface StateDumpFlags {
  readonly file?: string;
  readonly dbdir?: string;
  /** That of all commands. */
  readonly dir?: string;
}

/** Those by which the original is told which state file is meant; and ours, which folder. */
export function addStateDumpOptions(command: Command): Command {
  return command
    .option(
      '--file <file>',
      "the original's state file; a name alone is one in the database folder (default: state)",
    )
    .option(
      '--dbdir <dir>',
      "the original's database folder, or our state folder (default: /var/lib/albatross, or that of --dir)",
    );
}

/** State on a disk, and who wrote it. */
export type FoundState =
  | { readonly kind: 'original'; readonly state: WireState }
  | { readonly kind: 'own'; readonly folder: string; readonly state: StateFolder };

/**
 * Ours where the folder is one of ours, unless a file is named. Reads only: whoever has written it may go on.
 * Throws a `Failure`.
 */
export async function readStateDump(flags: StateDumpFlags, session: Session): Promise<FoundState> {
  for (const [option, value] of [
    ['--file', flags.file],
    ['--dbdir', flags.dbdir],
  ] as const)
    if (value === '')
      throw new Failure('USAGE_INVALID', `${option} needs a name; it was given an empty one`);
  const folder = flags.dbdir ?? foldersOf(flags.dir ?? session.env['ALBATROSS_DIR']).state;
  const { file = FILE_DEFAULT } = flags;
  const path = basename(file) === file ? join(folder, file) : file;
  if (flags.file === undefined) {
    const own = [folder, foldersOf(folder).state].find(isStateFolder);
    if (own !== undefined) {
      if (existsSync(path))
        session.output.note(`${path} is there too; "--file ${FILE_DEFAULT}" shows it`);
      return { kind: 'own', folder: own, state: await readStateFolder(own) };
    }
    refuseOther(folder, path);
  }
  return { kind: 'original', state: await readState(path) };
}

const FILE_DEFAULT = 'state';

/** What the supervisor makes there whenever it starts. */
function isStateFolder(folder: string): boolean {
  return isFolder(join(folder, 'unikernels')) === true;
}

/** Null where there is nothing, or nobody lets us look. */
function isFolder(path: string): boolean | null {
  try {
    return statSync(path).isDirectory();
  } catch {
    return null;
  }
}

/** Throws a `Failure` for a folder that is none, holds neither, or may not be read. */
function refuseOther(folder: string, path: string): void {
  const details = { file: folder };
  if (isFolder(folder) === false) {
    const message = `${folder} is no folder; --file names a state file`;
    throw new Failure('FILE_UNREADABLE', message, details);
  }
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure('FILE_UNREADABLE', `${folder} cannot be read: ${why}`, details);
  }
  if (existsSync(path)) return;
  const message = `${folder} holds neither the original's "${FILE_DEFAULT}", nor our "unikernels"`;
  throw new Failure('FILE_UNREADABLE', message, details);
}
