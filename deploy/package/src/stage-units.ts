import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEMD } from './checkout.ts';
import { LIB, UNITS } from './places.ts';
import { scriptOfLives } from './script-of-lives.ts';
import type { StagedTree } from './staged-tree.ts';

/** Which the administrator may change; they are asked before an upgrade replaces one. */
export const CONFFILES = ['/etc/default/albatross'];

/** Units, and what is set up beside them. */
export async function stageUnits(tree: StagedTree): Promise<void> {
  for (const file of await readdir(SYSTEMD))
    if (/\.(service|socket|target)$/.test(file))
      await tree.copy(join(SYSTEMD, file), `${UNITS}/${file}`);
  for (const [file, path] of [
    ['albatross.tmpfiles', '/usr/lib/tmpfiles.d/albatross.conf'],
    ['albatross.udev', '/usr/lib/udev/rules.d/60-albatross.rules'],
    ['albatross.default', '/etc/default/albatross'],
  ] as const)
    await tree.copy(join(SYSTEMD, file), path);
  await tree.write(`${LIB}/end-unikernels`, await scriptOfLives('end-unikernels'));
}
