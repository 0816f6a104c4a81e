import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundledLicences } from './bundled-licences.ts';
import { DEBIAN, REPOSITORY } from './checkout.ts';
import { DOC, MAN, PACKAGE } from './places.ts';
import type { Release } from './release.ts';
import { said } from './stage-programs.ts';
import type { StagedTree } from './staged-tree.ts';
import { usagePage } from './usage-page.ts';

const run = promisify(execFile);

/** Where each shell looks for completions. */
const COMPLETIONS = {
  bash: '/usr/share/bash-completion/completions/albatross',
  zsh: '/usr/share/zsh/vendor-completions/_albatross',
  fish: '/usr/share/fish/vendor_completions.d/albatross.fish',
} as const;

/** Of the services that are called by people. */
const USAGES = [
  ['albatross-tls-endpoint', 'tls-gateway', 'lets clients of other hosts and of the original in'],
  ['albatross-influx-bridge', 'influx-bridge', 'writes what unikernels take into a database'],
] as const;

export interface Programs {
  /** The folder they are in. */
  readonly folder: string;
  /** What starts the client. */
  readonly client: string;
}

/** Man pages, completions, and what Debian wants to know. `scratch` is a folder that is not there. */
export async function stageDocuments(
  tree: StagedTree,
  release: Release,
  { programs, scratch }: { readonly programs: Programs; readonly scratch: string },
): Promise<void> {
  await stageManPages(tree, release, { programs, scratch });
  for (const [shell, path] of Object.entries(COMPLETIONS)) {
    const { stdout } = await run(process.execPath, [programs.client, 'completion', shell]);
    await tree.write(path, stdout);
  }
  await tree.copy(join(DEBIAN, 'copyright'), `${DOC}/copyright`);
  await tree.copy(join(DEBIAN, 'README.Debian'), `${DOC}/README.Debian`);
  await tree.copy(join(DEBIAN, 'lintian-overrides'), `/usr/share/lintian/overrides/${PACKAGE}`);
  await tree.compress(`${DOC}/bundled-licences`, await bundledLicences());
  await tree.compress(`${DOC}/changelog`, changelog(release));
  await tree.compress(`${DOC}/CHANGELOG.md`, await readFile(join(REPOSITORY, 'CHANGELOG.md')));
  const documents = await readdir(join(REPOSITORY, 'docs'), { withFileTypes: true });
  for (const { name } of documents.filter((entry) => entry.isFile()))
    await tree.copy(join(REPOSITORY, 'docs', name), `${DOC}/${name}`);
}

async function stageManPages(
  tree: StagedTree,
  { date }: Release,
  { programs, scratch }: { readonly programs: Programs; readonly scratch: string },
): Promise<void> {
  const writer = join(REPOSITORY, 'client/src/man/write-man-pages.ts');
  const day = date.toISOString().slice(0, '2026-01-31'.length);
  await run(process.execPath, ['--import', 'tsx', writer, scratch, day], { cwd: REPOSITORY });
  const section = join(scratch, 'man1');
  for (const page of await readdir(section)) {
    const text = await readFile(join(section, page), 'utf8');
    const [, other] = /^\.so (man1\/\S+)\n$/.exec(text) ?? [];
    if (other === undefined) await tree.compress(`${MAN}/man1/${page}`, text);
    else await tree.link(`${MAN}/man1/${page}.gz`, `${MAN}/${other}.gz`);
  }
  for (const [name, service, summary] of USAGES) {
    const usage = await said(programs.folder, service, '--help');
    await tree.compress(`${MAN}/man1/${name}.1`, usagePage({ name, summary, usage, day }));
  }
}

/** deb-changelog(5) of this release; what changed is told in CHANGELOG.md. */
function changelog({ version, maintainer, date }: Release): string {
  const when = date.toUTCString().replace('GMT', '+0000');
  return `${PACKAGE} (${version}) unstable; urgency=medium

  * See CHANGELOG.md.gz in this folder.

 -- ${maintainer}  ${when}
`;
}
