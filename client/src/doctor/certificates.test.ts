import { foldersOf } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CertificateDesk, INFO } from '../testing/certificate-desk.ts';
import { checkCertificates, judgeCertificates, judgeLists, renewalIn } from './certificates.ts';

const DAY = 86_400_000;
const ONE = { subject: 'CN=one', notBefore: 0, notAfter: 100 * DAY };

describe('the findings about certificates', () => {
  it('warn thirty days before one ends, and fail when it has or has not begun', () => {
    const levels = [10, 69.9, 70.1, 100, -1].map(
      (days) => judgeCertificates('/x.pem', [ONE], days * DAY, 'renew')[0]?.level,
    );
    assert.deepEqual(levels, ['ok', 'ok', 'warn', 'fail', 'fail']);
  });

  it('say what renews one where it is', () => {
    const folders = foldersOf(undefined);
    const installed = { folders, dir: null, programFolders: [], uid: 0, now: 0 };
    const renewals = ['server.pem', 'cacert.pem', 'other.pem'].map((name) =>
      renewalIn(installed, join(folders.conf, 'tls', name)),
    );
    assert.deepEqual(
      renewals.map((command) => command.split(' ').slice(0, 3).join(' ')),
      ['sudo albatross setup', 'sudo sh -c', 'sudo rm /etc/albatross/tls/other.pem'],
    );
    const own = foldersOf('/tmp/own');
    const server = renewalIn(
      { ...installed, folders: own, dir: '/tmp/own' },
      join(own.conf, 'tls/server.pem'),
    );
    assert.equal(server, 'albatross generate ca ca.db && cp *.pem /tmp/own/etc/tls');
  });

  it('warn when a list should have been replaced, and fail for what is no list', () => {
    const list = { issuer: 'CN=ca', nextUpdate: DAY };
    assert.equal(judgeLists('/x.crl', [list], DAY - 1)[0]?.level, 'ok');
    assert.equal(judgeLists('/x.crl', [list], DAY)[0]?.level, 'warn');
    assert.equal(judgeLists('/x.crl', [{ ...list, nextUpdate: null }], DAY)[0]?.level, 'ok');
    assert.equal(judgeLists('/x.crl', { why: 'no list' }, DAY)[0]?.level, 'fail');
  });

  it('are of what is in the folders of the gateway', async () => {
    await using desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    const issuer = ['cacert.pem', 'ca.db', 'ca.key'] as const;
    await desk.albatross('sign', ...issuer, await desk.request('gone', INFO));
    await desk.albatross('revoke', ...issuer, 'gone');
    const folders = foldersOf(desk.file('system'));
    const place = { folders, dir: null, programFolders: [], uid: 0, now: Date.now() };
    assert.match((await checkCertificates(place))[0]?.text ?? '', /^there are none in /);
    const folder = join(folders.conf, 'tls');
    await mkdir(join(folder, 'crls'), { recursive: true });
    for (const name of ['cacert.pem', 'server.pem'])
      await copyFile(desk.file(name), join(folder, name));
    await copyFile(desk.file('ca.crl'), join(folder, 'crls/ca.crl'));
    const levelsAt = async (now: number): Promise<readonly string[]> =>
      (await checkCertificates({ ...place, now })).map(({ level }) => level);
    assert.deepEqual(await levelsAt(Date.now() + DAY), ['ok', 'ok', 'ok']);
    assert.deepEqual(await levelsAt(Date.UTC(2200, 0, 1)), ['fail', 'fail', 'warn']);
    await writeFile(join(folder, 'text.pem'), 'text');
    await writeFile(join(folder, 'crls/text'), 'text');
    assert.deepEqual(await levelsAt(Date.now() + DAY), ['ok', 'ok', 'warn', 'ok', 'fail']);
  });
});
