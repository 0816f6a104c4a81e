import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { generateAuthority, type AuthorityOptions } from './authority.ts';
import { readCertificates } from './issuer.ts';
import { isOfType, KEY_TYPES } from './key-type.ts';
import { readKeyFile } from './key-file.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';
import { recordedCertificate } from './testing/recorded-chains.ts';
import { recordedKeyPem } from './testing/recorded-requests.ts';
import { writeCertificates } from './write-pem.ts';

const NOW = Date.parse('2026-11-22T12:34:56.789Z');

function optionsFor(
  folder: TemporaryFolder,
  changes: Partial<AuthorityOptions> = {},
): AuthorityOptions {
  return {
    name: 'ca',
    server: 'server',
    folder: folder.path,
    databaseFile: folder.file('ca.db'),
    keyType: null,
    days: 3650,
    serverDays: 365,
    now: NOW,
    ...changes,
  };
}

describe('an authority', () => {
  for (const keyType of KEY_TYPES)
    it(`is made with keys of the type ${keyType}`, async () => {
      await using folder = await TemporaryFolder.make();
      // Making RSA keys takes seconds, and is tested elsewhere.
      for (const [file, recorded] of [
        ['ca', 'authority'],
        ['server', 'server'],
      ] as const)
        if (keyType.startsWith('rsa'))
          await writeFile(folder.file(`${file}.key`), recordedKeyPem(`${recorded}-${keyType}`));
      const files = await generateAuthority(optionsFor(folder, { keyType }));
      const names = ['ca.db', 'ca.key', 'cacert.pem', 'server.key', 'server.pem'];
      assert.deepEqual((await readdir(folder.path)).toSorted(), names);
      const [root, ...noMore] = await readCertificates(files.certificateFile);
      const [server, ...alone] = await readCertificates(files.serverCertificateFile);
      assert.ok(root !== undefined && server !== undefined);
      assert.deepEqual([noMore, alone], [[], []]);
      assert.ok(isOfType((await readKeyFile(files.keyFile)).key, keyType));
      assert.ok(isOfType((await readKeyFile(files.serverKeyFile)).key, keyType));
      for (const purpose of ['sslserver', 'any'])
        assert.equal((await verified(files.certificateFile, purpose, folder)).status, 0);
      assert.notEqual((await verified(files.certificateFile, 'sslclient', folder)).status, 0);
      assert.equal(await readFile(folder.file('ca.db'), 'utf8'), `${server.serial} server\n`);
    });

  const verified = async (anchor: string, purpose: string, folder: TemporaryFolder) =>
    await openssl([
      'verify',
      '-purpose',
      purpose,
      '-CAfile',
      anchor,
      '-attime',
      `${(NOW / 1000) | 0}`,
      folder.file('server.pem'),
    ]);

  it('has certificates that say what those of the original say', async () => {
    await using folder = await TemporaryFolder.make();
    const files = await generateAuthority(optionsFor(folder));
    for (const [file, recorded, days] of [
      [files.certificateFile, 'authorities/ed25519', 3650],
      [files.serverCertificateFile, 'servers/ed25519', 365],
    ] as const) {
      const [made] = await readCertificates(file);
      const theirs = recordedCertificate(recorded);
      assert.ok(made !== undefined);
      for (const what of ['keyUsage', 'extendedKeyUsage', 'basicConstraints', 'critical'] as const)
        assert.deepEqual(made[what], theirs[what], `${file} ${what}`);
      assert.deepEqual(
        [made.subject.text, made.subjectKeyId === null, made.authorityKeyId === null],
        [theirs.subject.text, theirs.subjectKeyId === null, theirs.authorityKeyId === null],
      );
      assert.equal(made.notBefore, Date.parse('2026-11-22T12:34:46Z'));
      assert.equal(made.notAfter, Date.parse('2026-11-22T12:34:56Z') + days * 86_400_000);
      assert.match(made.serial, /^(00[89a-f][0-9a-f]|(?!00)[0-7][0-9a-f])[0-9a-f]{18}$/);
    }
  });

  it('has keys that only their owner reads', async () => {
    await using folder = await TemporaryFolder.make();
    const files = await generateAuthority(optionsFor(folder));
    const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o7777;
    assert.equal(await mode(files.keyFile), 0o400);
    assert.equal(await mode(files.serverKeyFile), 0o400);
    assert.equal(await mode(files.certificateFile), 0o644);
    assert.equal(await mode(files.serverCertificateFile), 0o644);
  });

  it('keeps its keys when it is made again, and finishes what was interrupted', async () => {
    await using folder = await TemporaryFolder.make();
    const files = await generateAuthority(optionsFor(folder));
    const key = await readFile(files.keyFile, 'utf8');
    await rm(files.serverCertificateFile);
    await rm(files.serverKeyFile);
    await generateAuthority(optionsFor(folder, { now: NOW + 1e9, keyType: 'ed25519' }));
    assert.equal(await readFile(files.keyFile, 'utf8'), key);
    const [root] = await readCertificates(files.certificateFile);
    assert.equal(root?.notBefore, Math.floor((NOW + 1e9 - 10_000) / 1000) * 1000);
    assert.equal((await readFile(folder.file('ca.db'), 'utf8')).split('\n').length, 3);
    const message = /holds an ed25519 key, not p256/;
    await assertRefused(
      generateAuthority(optionsFor(folder, { keyType: 'p256' })),
      'KEY_MISMATCH',
      message,
    );
  });

  it('does not take the place of another', async () => {
    await using folder = await TemporaryFolder.make();
    const files = await generateAuthority(optionsFor(folder));
    const before = await readFile(files.certificateFile, 'utf8');
    const other = optionsFor(folder, { name: 'other' });
    const message = /cacert\.pem is that of CN=ca, with another key or name than .*other\.key/;
    await assertRefused(generateAuthority(other), 'AUTHORITY_EXISTS', message);
    await rm(files.keyFile);
    await assertRefused(generateAuthority(optionsFor(folder)), 'AUTHORITY_EXISTS', /another key/);
    const names = ['ca.db', 'cacert.pem', 'server.key', 'server.pem'];
    assert.deepEqual((await readdir(folder.path)).toSorted(), names);
    await writeFile(files.certificateFile, 'something else');
    await assertRefused(
      generateAuthority(optionsFor(folder)),
      'CERTIFICATE_INVALID',
      /cacert\.pem/,
    );
    await writeFile(files.certificateFile, before);
  });

  it('overwrites nothing, and makes nothing then', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('notes.pem'), 'Notes');
    await mkdir(folder.file('folder.pem'));
    await writeFile(folder.file('other.key'), recordedKeyPem('server-ed25519'));
    const theirs = recordedCertificate('servers/p256').der;
    await writeFile(folder.file('other.pem'), writeCertificates([theirs]));
    for (const [changes, code, message] of [
      [{ server: 'notes' }, 'FILE_UNWRITABLE', /notes\.pem is there already, and is no certif/],
      [{ server: 'folder' }, 'FILE_UNWRITABLE', /folder\.pem is there already, and is no plain/],
      [{ server: 'other' }, 'FILE_UNWRITABLE', /other\.pem is there .* certificate of another key/],
      [{ databaseFile: folder.file('ca.key') }, 'USAGE_INVALID', /ca\.key would be overwritten/],
      [{ databaseFile: folder.file('notes.pem') }, 'USAGE_INVALID', /notes\.pem is no database/],
    ] as const)
      await assertRefused(generateAuthority(optionsFor(folder, changes)), code, message);
    const names = ['folder.pem', 'notes.pem', 'other.key', 'other.pem'];
    assert.deepEqual((await readdir(folder.path)).toSorted(), names);
  });

  it('is refused under names that cannot be', async () => {
    await using folder = await TemporaryFolder.make();
    for (const [changes, message] of [
      [{ name: 'a/b' }, /a common name has/],
      [{ server: '' }, /a common name has/],
      [{ name: 'server' }, /are both called server/],
      [{ server: 'cacert' }, /cannot be called cacert/],
    ] as const)
      await assertRefused(generateAuthority(optionsFor(folder, changes)), 'NAME_INVALID', message);
    const days = generateAuthority(optionsFor(folder, { days: 0 }));
    await assertRefused(days, 'USAGE_INVALID', /whole number of days/);
    assert.deepEqual(await readdir(folder.path), []);
  });
});
