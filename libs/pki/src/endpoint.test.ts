import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeEndpoint, type EndpointOptions } from './endpoint.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T12:34:56.789Z');
const HOSTS = ['host.example.org', '192.0.2.7', '2001:db8::7'] as const;

function optionsFor(
  folder: TemporaryFolder,
  changes: Partial<EndpointOptions> = {},
): EndpointOptions {
  return {
    name: null,
    hosts: HOSTS,
    keyFileOf: (name) => folder.file(`${name}.key`),
    databaseFile: folder.file('ca.db'),
    certificateFile: folder.file('cacert.pem'),
    serverKeyFile: folder.file('server.key'),
    serverCertificateFile: folder.file('server.pem'),
    isRenewed: false,
    now: NOW,
    ...changes,
  };
}

async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).toSorted();
  const texts = names.map(
    async (name) => [name, await readFile(join(folder, name), 'latin1')] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

describe('the certificates of an endpoint', () => {
  it('are for all of its names and addresses, and OpenSSL accepts them', async () => {
    await using folder = await TemporaryFolder.make();
    const { name, made } = await makeEndpoint(optionsFor(folder));
    assert.equal(name, 'albatross');
    const files = ['albatross.key', 'cacert.pem', 'server.key', 'server.pem'];
    assert.deepEqual(
      made,
      files.map((file) => folder.file(file)),
    );
    assert.deepEqual((await readdir(folder.path)).toSorted(), files.toSpliced(1, 0, 'ca.db'));
    assert.equal((await stat(folder.file('albatross.key'))).mode & 0o777, 0o400);
    const certificate = new X509Certificate(await readFile(folder.file('server.pem')));
    assert.equal(certificate.checkHost('host.example.org'), 'host.example.org');
    for (const address of HOSTS.slice(1)) assert.equal(certificate.checkIP(address), address);
    assert.equal(certificate.checkHost('other.example.org'), undefined);
    const at = ['-attime', `${Math.floor(NOW / 1000)}`, '-purpose', 'sslserver'];
    const files2 = ['-CAfile', folder.file('cacert.pem'), folder.file('server.pem')];
    assert.equal((await openssl(['verify', ...at, ...files2])).status, 0);
  });

  it('are left alone when they are there, also without the key of the authority', async () => {
    await using folder = await TemporaryFolder.make();
    await makeEndpoint(optionsFor(folder, { name: 'mine' }));
    const before = await contentOf(folder.path);
    const later = optionsFor(folder, { now: NOW + 1e9 });
    assert.deepEqual((await makeEndpoint(later)).made, []);
    assert.deepEqual(await contentOf(folder.path), before);
    await rm(folder.file('mine.key'));
    const { name, made } = await makeEndpoint(later);
    assert.deepEqual([name, made], ['mine', []]);
    assert.ok(!(await readdir(folder.path)).includes('mine.key'));
  });

  it('are renewed for the same key when that is wanted, and then only with that of the authority', async () => {
    await using folder = await TemporaryFolder.make();
    await makeEndpoint(optionsFor(folder));
    const before = await contentOf(folder.path);
    const later = NOW + 300 * DAY_MS;
    const again = optionsFor(folder, { isRenewed: true, now: later, hosts: ['other.example.org'] });
    const { made } = await makeEndpoint(again);
    assert.deepEqual(made, [folder.file('server.pem')]);
    const after = await contentOf(folder.path);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    assert.deepEqual(changed, ['ca.db', 'server.pem']);
    const certificate = new X509Certificate(after['server.pem'] ?? '');
    assert.equal(certificate.checkHost('other.example.org'), 'other.example.org');
    assert.ok(certificate.checkPrivateKey(createPrivateKey(after['server.key'] ?? '')));
    assert.ok(Date.parse(certificate.validTo) > later + 364 * DAY_MS);
    await rename(folder.file('albatross.key'), folder.file('away.key'));
    await assertRefused(makeEndpoint(again), 'AUTHORITY_EXISTS', /its key is not in/);
    await rename(folder.file('away.key'), folder.file('albatross.key'));
    await rm(folder.file('server.key'));
    await assertRefused(makeEndpoint(again), 'FILE_UNWRITABLE', /of another key/);
    const { 'server.key': _, ...rest } = after;
    assert.deepEqual(await contentOf(folder.path), rest);
  });

  it('are completed wherever making them was broken off, with the keys that are there', async () => {
    for (const lost of [
      ['server.pem'],
      ['server.pem', 'ca.db'],
      ['server.pem', 'server.key'],
      ['server.pem', 'server.key', 'ca.db', 'cacert.pem'],
      ['server.pem', 'cacert.pem'],
    ]) {
      await using folder = await TemporaryFolder.make();
      await makeEndpoint(optionsFor(folder));
      const before = await contentOf(folder.path);
      for (const file of lost) await rm(folder.file(file));
      const { made } = await makeEndpoint(optionsFor(folder));
      const expected = lost.filter((file) => file !== 'ca.db').toSorted();
      assert.deepEqual(
        made.toSorted(),
        expected.map((file) => folder.file(file)),
      );
      const after = await contentOf(folder.path);
      for (const [file, text] of Object.entries(before))
        if (!lost.includes(file) && file !== 'ca.db') assert.equal(after[file], text, file);
    }
  });

  it('are not made beside what they do not belong to', async () => {
    await using folder = await TemporaryFolder.make();
    await makeEndpoint(optionsFor(folder));
    const other = optionsFor(folder, { name: 'other' });
    await assertRefused(makeEndpoint(other), 'AUTHORITY_EXISTS', /is that of .*albatross/);
    await rename(folder.file('cacert.pem'), folder.file('away.pem'));
    await assertRefused(makeEndpoint(other), 'AUTHORITY_EXISTS', /the authority that it may be of/);
    await rm(folder.file('server.pem'));
    await rename(folder.file('away.pem'), folder.file('cacert.pem'));
    await rename(folder.file('albatross.key'), folder.file('away.key'));
    const again = optionsFor(folder);
    await assertRefused(makeEndpoint(again), 'AUTHORITY_EXISTS', /its key is not in/);
    await rename(folder.file('server.key'), folder.file('albatross.key'));
    await assertRefused(makeEndpoint(again), 'AUTHORITY_EXISTS', /with another key/);
  });

  it('are not begun for what is no name', async () => {
    await using folder = await TemporaryFolder.make();
    const wrong: readonly Partial<EndpointOptions>[] = [
      { name: 'a b' },
      { hosts: ['a b'] },
      { hosts: ['good', 'not good'] },
      { hosts: ['_'.repeat(65)] },
    ];
    for (const changes of wrong)
      await assertRefused(makeEndpoint(optionsFor(folder, changes)), 'NAME_INVALID', /is none$/);
    await mkdir(folder.file('ca.db'));
    await assertRefused(makeEndpoint(optionsFor(folder)), 'FILE_UNWRITABLE', /ca\.db/);
  });
});
