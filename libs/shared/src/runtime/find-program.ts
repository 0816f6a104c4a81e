import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first executable file of this name; null when there is none. Synchronous: every start of a unikernel looks
 * into some fifteen places, and to hand each look to another thread takes longer than all of them.
 */
export function findProgram(name: string, folders: readonly string[]): string | null {
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    // An error is dear, and in most places there is nothing.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
