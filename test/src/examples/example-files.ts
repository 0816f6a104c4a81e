import { parseName } from '@albatross/shared/domain/name';
import { encodeState } from '@albatross/wire';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writtenConfig, writtenPolicy } from '../../../client/src/testing/state-entries.ts';
import { echoImage, helloImage } from '../../../examples/hello/src/index.ts';
import type { TypedShell } from './typed-shell.ts';

/** Puts every file into a folder that examples name; `shell` is one there. */
export async function fillFolder(folder: string, dir: string, shell: TypedShell): Promise<void> {
  for (const target of ['spt', 'hvt', 'virtio'] as const)
    await copyFile(helloImage(target), join(folder, `hello.${target}`));
  for (const target of ['spt', 'hvt'] as const)
    await copyFile(echoImage(target), join(folder, `echo.${target}`));
  await writeFile(join(folder, 'data.img'), Buffer.alloc(1024, 'albatross '));
  await writeFile(join(folder, 'state'), stateOfTheOriginal());
  // Where `npm start` has its system.
  await symlink(dir, join(folder, '.albatross'));
  for (const line of [...CERTIFICATES, ...DUMPS]) {
    const { status, stderr } = await shell.type(line);
    assert.deepEqual([status, stderr], [0, ''], line);
  }
}

/** An authority and two below it for paths; a command that is signed; and one that was taken back. */
const CERTIFICATES = [
  'albatross generate ca ca.db',
  'cp cacert.pem ca.pem',
  'albatross add-policy user 16 --mem 1024 --csr',
  'albatross sign cacert.pem ca.db ca.key user.req',
  'albatross add-policy foo 16 --mem 1024 --csr',
  'albatross sign cacert.pem ca.db ca.key foo.req',
  'albatross create hello hello.spt --arg tick=100 --csr',
  'albatross sign cacert.pem ca.db ca.key hello.req',
  'albatross destroy gone --csr',
  'albatross sign cacert.pem ca.db ca.key gone.req',
  'albatross revoke cacert.pem ca.db ca.key gone',
];

/** What somebody saved of the running system. */
const DUMPS = ['albatross export > system.yaml'];

/** What its daemon leaves. */
function stateOfTheOriginal(): Uint8Array {
  const image = new Uint8Array(readFileSync(helloImage('spt')));
  const config = writtenConfig({ image, arguments: ['tick=100'] });
  return encodeState({
    unikernels: [{ name: parseName('hello'), value: config }],
    policies: [{ name: parseName('foo:'), value: writtenPolicy({ block: 512 }) }],
  });
}
