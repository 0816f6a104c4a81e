import { StartError } from '@albatross/shared/runtime/run';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** Everything lives below it; absolute. */
  readonly dir: string;
}

const DIR_DEFAULT = '.albatross';

/** Throws `StartError`. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { dir: { type: 'string', default: DIR_DEFAULT } },
    });
    if (values.dir === '') throw new Error('--dir needs a folder');
    return { dir: resolve(values.dir) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `${why}\nusage: npm start -- [--dir DIR]    (DIR is ${DIR_DEFAULT} unless given)`,
    );
  }
}
