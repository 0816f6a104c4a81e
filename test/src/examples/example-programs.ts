import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildService } from '../../../deploy/foreground/src/programs.ts';
import { builtProgram } from '../harness/built-program.ts';
import { clientProgram } from '../harness/client-program.ts';

/** Writes into a folder for PATH what is installed, by the names that examples have. */
export async function installPrograms(folder: string): Promise<void> {
  const client = await clientProgram();
  const gateway = await builtProgram('tls-gateway', async (to) => buildService('tls-gateway', to));
  const words = (program: string): string => `'${process.execPath}' '${program}'`;
  const programs = {
    albatross: words(client),
    'albatross-tls-endpoint': words(gateway),
    // It is built for no other test.
    'influx-bridge': words(await buildService('influx-bridge', folder)),
  };
  for (const [name, program] of Object.entries(programs))
    await install(join(folder, name), `exec ${program} "$@"`);
  // To load npm takes longer than most examples.
  const npx = `test "$1" = albatross && shift && exec ${words(client)} "$@"`;
  await install(join(folder, 'npx'), `${npx}\necho "npx $1 is in no example" >&2; exit 1`);
}

async function install(file: string, script: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}
