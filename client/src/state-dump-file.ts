import { Failure } from '@albatross/shared/contracts/failures';
import { foldersOf } from '@albatross/shared/runtime/folders';
import type { WireState } from '@albatross/wire';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readState } from './read-state.ts';

/** What the options below come to. */
export interface StateDumpFlags {
  readonly file: string;
  readonly dbdir: string;
}

/** Those by which the original is told which state file is meant. */
export function addStateDumpOptions(command: Command): Command {
  return command
    .option('--file <file>', 'the state file; a name alone is one in the database folder', 'state')
    .option('--dbdir <dir>', "the original's database folder", DBDIR_DEFAULT);
}

const DBDIR_DEFAULT = '/var/lib/albatross';

/** Throws a `Failure`, which says what to do instead where there is no state file but a system of ours. */
export async function readStateDump({ file, dbdir }: StateDumpFlags): Promise<WireState> {
  if (file === '') throw new Failure('USAGE_INVALID', '--file needs a file; it was given no name');
  const path = basename(file) === file ? join(dbdir, file) : file;
  try {
    return await readState(path);
  } catch (error) {
    const folder = dirname(path);
    const isOurs = [folder, foldersOf(folder).state].some(isStateFolder);
    if (existsSync(path) || !isOurs) throw error;
    throw new Failure('FILE_UNREADABLE', `${path} is not there: ${INSTEAD}`, { file: path });
  }
}

const INSTEAD =
  'this is a folder of albatross, not of the original; "albatross info", "policy" and "get" show what it holds';

/** What the supervisor makes there whenever it starts. */
function isStateFolder(folder: string): boolean {
  return existsSync(join(folder, 'unikernels'));
}
