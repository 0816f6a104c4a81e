import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBIAN } from './checkout.ts';

/** A script that has to do with unikernels which run. */
export async function scriptOfLives(name: string): Promise<string> {
  const functions = await readFile(join(DEBIAN, 'unikernels.sh'), 'utf8');
  const text = await readFile(join(DEBIAN, name), 'utf8');
  return text.replace(UNIKERNELS, () => functions);
}

/** What stands for the shell functions of `unikernels.sh` in a script. */
const UNIKERNELS = '#UNIKERNELS#\n';
