import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { writeRequestFile } from './request-file.ts';
import { sign } from './sign.ts';
import { assertRefused } from './testing/asserts.ts';
import { INFO, SampleAuthority } from './testing/sample-authority.ts';

describe('a signed certificate', () => {
  it('does not go over what its name was chosen to overwrite, but over a certificate of its own key', async () => {
    await using ca = await SampleAuthority.make();
    const { databaseFile, folder, now } = ca;
    const { file } = await ca.issue('hello', INFO);
    const before = await readFile(file, 'latin1');
    assert.notEqual(await readFile((await ca.issue('hello', INFO)).file, 'latin1'), before);
    await writeFile(folder.file('notes.pem'), 'Notes');
    await mkdir(folder.file('folder.pem'));
    const listed = await readFile(databaseFile, 'latin1');
    await using elsewhere = await TemporaryFolder.make();
    for (const [commonName, code, why] of [
      ['hello', 'FILE_UNWRITABLE', /hello\.pem is there already, .* of another key/],
      ['server', 'FILE_UNWRITABLE', /server\.pem is there already, .* of another key/],
      ['notes', 'FILE_UNWRITABLE', /notes\.pem is there already, and is no certificate/],
      ['folder', 'FILE_UNWRITABLE', /folder\.pem is there already, and is no plain file/],
      ['cacert', 'USAGE_INVALID', /cacert\.pem would be overwritten; nothing was written/],
    ] as const) {
      const asked = { commonName, command: INFO, folder: elsewhere.path, keyType: null };
      const { requestFile } = await writeRequestFile(asked);
      const options = { ...ca.files(), databaseFile, requestFile, folder: folder.path, days: null };
      await assertRefused(sign({ ...options, now }), code, why);
    }
    assert.equal(await readFile(databaseFile, 'latin1'), listed);
  });

  it('does not go over its own request, or where a database is meant to be', async () => {
    await using ca = await SampleAuthority.make();
    const { databaseFile, folder, now } = ca;
    const request = await ca.request('hello', INFO);
    const requestFile = folder.file('hello.pem');
    await copyFile(request, requestFile);
    const options = { ...ca.files(), folder: folder.path, days: null, now };
    const message = /hello\.pem would be overwritten/;
    const itself = sign({ ...options, databaseFile, requestFile });
    await assertRefused(itself, 'USAGE_INVALID', message);
    await rm(requestFile);
    const unmade = sign({ ...options, databaseFile: requestFile, requestFile: request });
    await assertRefused(unmade, 'USAGE_INVALID', message);
    const other = sign({ ...options, databaseFile: request, requestFile: request });
    await assertRefused(other, 'USAGE_INVALID', /hello\.req is no database of certificates/);
  });
});
