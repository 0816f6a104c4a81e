import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { generateAuthority } from './authority.ts';
import { readDatabase } from './issued-database.ts';
import { readCertificates } from './issuer.ts';
import { readKeyFile } from './key-file.ts';
import { readPemOf } from './pem.ts';
import { readRevocationLists } from './revocation-list.ts';
import { readSigningRequest } from './signing-request.ts';

function start(base: string, mode: string): ChildProcessByStdio<null, Readable, null> {
  const program = fileURLToPath(new URL('testing/work-program.ts', import.meta.url));
  const node = process.execArgv.filter((one) => !one.startsWith('--test'));
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, [...node, program, base, mode], { stdio: [...stdio] });
}

/** Everything under its final name is complete, and every certificate is in the database. */
async function assertComplete(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.new_'));
  const { issued } = await readDatabase(join(folder, 'database'));
  const serials = new Set<string>(issued.map(({ serial }) => serial));
  for (const name of names) {
    const path = join(folder, name);
    if (name.endsWith('.key')) await readKeyFile(path);
    if (name.endsWith('.req')) {
      const [request] = readPemOf('CERTIFICATE REQUEST', await readFile(path, 'latin1'), name);
      readSigningRequest(request ?? new Uint8Array());
    }
    if (name.endsWith('.crl')) readRevocationLists(await readFile(path), name);
    if (!name.endsWith('.pem')) continue;
    const [certificate] = await readCertificates(path);
    if (name === 'cacert.pem') assert.equal(certificate?.commonName, 'ca');
    else assert.ok(serials.has(certificate?.serial ?? ''), path);
  }
  return names;
}

async function assertGoesOn(folder: string): Promise<void> {
  const names = { name: 'ca', server: 'server', days: 3650, serverDays: 365 };
  const databaseFile = join(folder, 'database');
  const rest = { keyType: null, now: Date.now(), databaseFile, folder };
  await generateAuthority({ ...names, ...rest });
  const files = await assertComplete(folder);
  for (const name of ['ca.key', 'cacert.pem', 'server.key', 'server.pem'])
    assert.ok(files.includes(name), `${folder} ${name}`);
}

describe('what is interrupted', () => {
  it('by a full disk leaves nothing that is half written, and can be done again', async () => {
    await using base = await TemporaryFolder.make();
    const child = start(base.path, 'limits');
    child.stdout.resume();
    assert.deepEqual(await once(child, 'close'), [0, null]);
    const counts = new Set<number>();
    const folders = await readdir(base.path);
    assert.equal(folders.length, 50);
    for (const folder of folders) {
      const path = join(base.path, folder);
      assert.deepEqual(
        (await readdir(path)).filter((name) => name.startsWith('.new_')),
        [],
      );
      counts.add((await assertComplete(path)).length);
      await assertGoesOn(path);
    }
    // From none of the files to all of them.
    assert.ok(counts.has(0) && counts.has(9) && counts.size >= 4, [...counts].join());
  });

  it('by its end leaves nothing that is half written, and can be done again', async () => {
    await using base = await TemporaryFolder.make();
    for (const round of [1, 2, 3]) {
      const below = join(base.path, `${round}`);
      await mkdir(below);
      const child = start(below, 'forever');
      let lines = 0;
      for await (const folder of createInterface({ input: child.stdout })) {
        lines += 1;
        // In the midst of whatever it does then.
        if (lines === 5 * round) child.kill('SIGKILL');
        assert.ok(folder.startsWith(below));
      }
      const folders = await readdir(below);
      assert.ok(folders.length >= 5 * round);
      for (const folder of folders) await assertComplete(join(below, folder));
      await assertGoesOn(
        join(below, folders.toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? ''),
      );
    }
  });
});
