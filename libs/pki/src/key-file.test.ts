import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { keyInFile, KEY_FILE_BYTES_MAX } from './key-file.ts';
import { isOfType } from './key-type.ts';
import { privateKeyPem } from './private-key.ts';
import { assertRefused } from './testing/asserts.ts';
import { recordedKeyPem } from './testing/recorded-requests.ts';

describe('the key of a file', () => {
  it('is made where there is none, and only its owner reads it', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('hello.key');
    const key = await keyInFile(path, 'p256');
    assert.ok(isOfType(key.key, 'p256'));
    assert.equal((await stat(path)).mode & 0o7777, 0o400);
    assert.equal(await readFile(path, 'utf8'), privateKeyPem(key));
    assert.deepEqual(await readdir(folder.path), ['hello.key']);
  });

  it('is ed25519 unless something else is asked for', async () => {
    await using folder = await TemporaryFolder.make();
    assert.ok(isOfType((await keyInFile(folder.file('a.key'), null)).key, 'ed25519'));
  });

  it('is the one that is there, and never another', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('hello.key');
    const pem = recordedKeyPem('authority-p384');
    await writeFile(path, pem);
    assert.equal(privateKeyPem(await keyInFile(path, 'p384')), pem);
    assert.equal(privateKeyPem(await keyInFile(path, null)), pem);
    const message = /is there already, and holds a key on the curve p384, not ed25519/;
    await assertRefused(keyInFile(path, 'ed25519'), 'KEY_MISMATCH', message);
    assert.equal(await readFile(path, 'utf8'), pem);
  });

  it('is the same for all who make it at once', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('hello.key');
    const keys = await Promise.all(Array.from({ length: 8 }, () => keyInFile(path, 'ed25519')));
    const [pem, ...others] = [...new Set(keys.map(privateKeyPem))];
    assert.deepEqual(others, []);
    assert.equal(await readFile(path, 'utf8'), pem);
    assert.deepEqual(await readdir(folder.path), ['hello.key']);
  });

  it('is not looked for in what holds none, and that stays as it is', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('hello.key');
    for (const content of ['', 'no key']) {
      await writeFile(path, content);
      await assertRefused(keyInFile(path, null), 'KEY_INVALID', /holds no private key/);
      assert.equal(await readFile(path, 'utf8'), content);
    }
    await writeFile(path, 'x'.repeat(KEY_FILE_BYTES_MAX + 1));
    await assertRefused(keyInFile(path, null), 'FILE_UNREADABLE', /has over 65536 bytes/);
    await mkdir(folder.file('folder.key'));
    await assertRefused(keyInFile(folder.file('folder.key'), null), 'FILE_UNREADABLE', /EISDIR/);
    await assertRefused(
      keyInFile(folder.file('nowhere/a.key'), null),
      'FILE_UNWRITABLE',
      /nowhere\/a\.key cannot be written: ENOENT/,
    );
  });

  it('is not written through a link to nowhere', async () => {
    await using folder = await TemporaryFolder.make();
    await symlink(folder.file('elsewhere'), folder.file('hello.key'));
    await assertRefused(keyInFile(folder.file('hello.key'), null), 'FILE_UNREADABLE', /ENOENT/);
    assert.deepEqual(await readdir(folder.path), ['hello.key']);
  });
});
