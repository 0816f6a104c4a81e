import { buildService, bundleClient } from '@albatross/foreground/programs';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LIB, SERVICES } from './places.ts';
import type { StagedTree } from './staged-tree.ts';

const run = promisify(execFile);

/** Programs of the services that are called by people, too. */
const CALLED = {
  'albatross-tls-endpoint': 'tls-gateway',
  'albatross-influx-bridge': 'influx-bridge',
} as const;

/** Builds all programs in a folder, and puts them where plain node runs them. Returns what starts the client. */
export async function stagePrograms(tree: StagedTree, folder: string): Promise<string> {
  await mkdir(folder);
  for (const service of SERVICES) await buildService(service, folder);
  const launcher = await bundleClient(folder);
  for (const file of await readdir(folder)) {
    const source = join(folder, file);
    const path = `${LIB}/${file}`;
    if (file.endsWith('.node')) await strip(source);
    const text =
      source === launcher || file.endsWith('.cjs') ? await readFile(source, 'utf8') : null;
    if (text === null) await tree.copy(source, path);
    // Not whatever node a user has in PATH: the one that the package depends on.
    else await tree.write(path, text.replace(/^#!.*/, '#!/usr/bin/node'), modeOf(text));
  }
  for (const name of ['albatross', 'albatross-client'])
    await tree.link(`/usr/bin/${name}`, `${LIB}/${launcher.slice(folder.length + 1)}`);
  for (const [name, service] of Object.entries(CALLED)) {
    const script = `#!/bin/sh\nexec /usr/bin/node ${LIB}/${service}.mjs "$@"\n`;
    await tree.write(`/usr/bin/${name}`, script, 0o755);
  }
  return launcher;
}

const modeOf = (text: string): number => (text.startsWith('#!') ? 0o755 : 0o644);

/** Of what only a linker or a debugger reads. It is as good with it, where there is no such program. */
async function strip(addon: string): Promise<void> {
  const words = ['--strip-unneeded', '--remove-section=.comment', addon];
  await run('strip', words).catch(() => undefined);
}

/** What a service prints with an option, `--help` for instance. */
export async function said(folder: string, service: string, option: string): Promise<string> {
  return (await run(process.execPath, [join(folder, `${service}.mjs`), option])).stdout;
}
