import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram, buildService } from '../../../../../deploy/foreground/src/programs.ts';
import { builtProgram } from '../../../harness/built-program.ts';
import { clientProgram } from '../../../harness/client-program.ts';
import type { RunningSystem } from '../../../harness/running-system.ts';
import type { PeerProgram } from '../peer-programs.ts';

interface Losses {
  /** Every so many-th line of a console; 0: none. */
  readonly lines?: number;
  /** So many processes of a sweep. */
  readonly processes?: number;
}

/**
 * Puts programs under the original's names into a folder. Behind each is a system of ours, which speaks the
 * original's protocol: its sockets are those of a gateway with `--local` that runs already. What only the
 * original's daemons say to each other is answered by programs of their own.
 */
export async function putStandIns(
  folder: string,
  system: RunningSystem,
  { lines = 0, processes = 0 }: Losses = {},
): Promise<void> {
  const gateway = await builtProgram('tls-gateway', async (built) =>
    buildService('tls-gateway', built),
  );
  const ours = (socket: string): string => join(system.folders.run, 'util', socket);
  const node = `ALBATROSS_DIR='${system.dir}' exec '${process.execPath}'`;
  const programs = {
    'albatross-console': `#!/bin/sh\n${node} '${await built('console-stand-in')}' '${ours('console.sock')}' ${lines} "$@"\n`,
    albatrossd: relay('vmmd.sock', ours('vmmd.sock')),
    'albatross-stats': `#!/bin/sh\n${node} '${await built('stats-stand-in')}' ${processes} "$@"\n`,
    'albatross-tls-endpoint': `#!/bin/sh\n${node} '${gateway}' "$@"\n`,
    // It knows no --tmpdir.
    'albatross-client': `#!/bin/sh\n${node} '${await clientProgram()}' "$1"\n`,
  } satisfies Record<PeerProgram, string>;
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }

  /** In that folder. */
  async function built(program: string): Promise<string> {
    const source = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
    return await buildProgram(source, join(folder, `${program}.mjs`));
  }
}

/** Whoever connects in the folder that `--tmpdir` names is connected to the other socket. */
function relay(socket: string, to: string): string {
  return `#!${process.execPath}
const { connect, createServer } = require('node:net');
const { join } = require('node:path');
const { rmSync } = require('node:fs');
const words = process.argv.slice(2);
const path = join(words[words.indexOf('--tmpdir') + 1], 'util', ${JSON.stringify(socket)});
const server = createServer({ allowHalfOpen: true }, (outside) => {
  const inside = connect({ path: ${JSON.stringify(to)}, allowHalfOpen: true });
  for (const side of [outside, inside]) side.on('error', () => undefined);
  inside.on('close', () => outside.destroy());
  outside.on('close', () => inside.destroy());
  outside.pipe(inside).pipe(outside);
});
// One that was killed has left it.
rmSync(path, { force: true });
// As many as the original lets wait.
server.listen({ path, backlog: 10 });
process.on('SIGTERM', () => process.exit());
`;
}
