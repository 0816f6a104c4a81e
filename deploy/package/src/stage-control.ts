import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEBIAN } from './checkout.ts';
import { PACKAGE } from './places.ts';
import type { Release } from './release.ts';
import { CONFFILES } from './stage-units.ts';
import { scriptOfLives } from './script-of-lives.ts';
import type { StagedTree } from './staged-tree.ts';

const SCRIPTS = ['postinst', 'prerm', 'postrm'];

/** What dpkg reads, below `/DEBIAN`; last, for it tells of all the rest. */
export async function stageControl(tree: StagedTree, release: Release): Promise<void> {
  const { md5sums, sizeKib } = await tree.account();
  await tree.write('/DEBIAN/control', await control(release, sizeKib));
  await tree.write('/DEBIAN/md5sums', md5sums);
  await tree.write('/DEBIAN/conffiles', CONFFILES.map((path) => `${path}\n`).join(''));
  await tree.copy(join(DEBIAN, 'triggers'), '/DEBIAN/triggers');
  for (const script of SCRIPTS)
    await tree.write(`/DEBIAN/${script}`, await scriptOfLives(script), 0o755);
}

/** deb-control(5): what stands in `control`, and what only this package knows of itself. */
async function control({ version, maintainer }: Release, sizeKib: number): Promise<string> {
  const fields = {
    Package: PACKAGE,
    Version: version,
    Architecture: architecture(),
    Maintainer: maintainer,
    'Installed-Size': sizeKib,
  };
  const own = Object.entries(fields).map(([field, value]) => `${field}: ${value}\n`);
  return own.join('') + (await readFile(join(DEBIAN, 'control'), 'utf8'));
}

/** As Debian calls the machine that this runs on, for which the gateway's addon is compiled. */
export function architecture(): string {
  return { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
}
