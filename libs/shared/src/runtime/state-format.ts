import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './run.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * A folder of state tells in its file `format` how everything in it is written down:
 *
 * ```abnf
 * format = 1*9DIGIT LF
 * ```
 *
 * One without the file is of format 1. Whatever older code would not understand, or would take for damaged
 * and cut off, is a reason for the next number. So older code knows before it opens, mends or removes
 * anything; that single files have versions, too, is for those that are carried from place to place.
 */
const FILE = 'format';
const FIRST = 1;

/**
 * Called by who writes the folder, before he touches anything else in it. Afterwards it says `known`, so that
 * who knows less keeps away; what is older is read by who calls this. Where the disk does not take that, it
 * is tried at the next start. Throws `StartError` for a folder that somebody newer wrote.
 */
export async function claimFormat(
  folder: string,
  known: number,
  onDefect: (error: unknown) => void,
): Promise<void> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'latin1').catch(missing);
  const format = text === null ? FIRST : parse(text, path);
  if (format > known) {
    throw new StartError(
      `${path} says that ${folder} is of format ${format}, and this program knows ${known}: a newer albatross wrote it, which has to be started instead; or put back the folder from before. Nothing in it was touched`,
    );
  }
  if (text === null || format < known)
    await writeFileAtomically(path, `${known}\n`, 0o644).catch(onDefect);
}

function parse(text: string, path: string): number {
  const digits = /^([1-9]\d{0,8})\n?$/.exec(text)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new StartError(
    `${path} is damaged: it should hold a number, the format of its folder. Put it back; or remove it, if no newer albatross was ever started here`,
  );
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
