import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientProgram } from '../harness/client-program.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');
/** What a system that runs there would make, and what npm would look at or change. */
const OWN = new Set(['.albatross', '.git', 'client', 'package-lock.json']);

/**
 * Makes a folder look like a fresh clone with everything installed: what runs there has its files there, and the
 * client is the built one, which starts in a fraction of the time.
 */
export async function makeCheckout(folder: string): Promise<void> {
  await mkdir(join(folder, 'client/bin'), { recursive: true });
  for (const name of await readdir(CHECKOUT))
    if (!OWN.has(name)) await symlink(join(CHECKOUT, name), join(folder, name));
  const client = `await import(${JSON.stringify(await clientProgram())});\n`;
  await writeFile(join(folder, 'client/bin/albatross.mjs'), client);
  // As old as can be: nothing is to be installed through our links.
  const lock = join(folder, 'package-lock.json');
  await writeFile(lock, '{}');
  await utimes(lock, 0, 0);
}
