import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { issueLeaf } from './issue-leaf.ts';
import { openIssuer, readCertificates } from './issuer.ts';
import { KEY_TYPES } from './key-type.ts';
import { readRevocationLists } from './revocation-list.ts';
import { Revocations } from './revocations.ts';
import { revoke, type RevocationTarget, type RevokeOptions } from './revoke.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';
import { INFO, policyAdd, SampleAuthority } from './testing/sample-authority.ts';
import { verifyChain } from './verify-chain.ts';

function optionsFor(
  ca: SampleAuthority,
  target: RevocationTarget,
  authority = 'ca',
): RevokeOptions {
  const { databaseFile, now, folder } = ca;
  const listFile = folder.file(`${authority}.crl`);
  return { ...ca.files(authority), databaseFile, listFile, target, days: 365, now };
}

async function revokeName(ca: SampleAuthority, commonName: string, authority = 'ca') {
  return await revoke(optionsFor(ca, { kind: 'name', commonName }, authority));
}

/** What ours says of who shows a file, with the lists of these authorities. */
async function verdictOf(
  ca: SampleAuthority,
  commonName: string,
  authorities: readonly string[],
): Promise<string> {
  const [anchor] = await readCertificates(ca.files().certificateFile);
  const sent = await readCertificates(ca.folder.file(`${commonName}.pem`));
  assert.ok(anchor !== undefined);
  const lists = await Promise.all(
    authorities.map(async (authority) => await readFile(ca.folder.file(`${authority}.crl`))),
  );
  const revocations = new Revocations(lists.flatMap((list) => readRevocationLists(list, 'a list')));
  const question = { sent: sent.map(({ der }) => der), anchor, now: ca.now, revocations };
  const verdict = verifyChain(question);
  return verdict.kind === 'refused' ? verdict.reason : 'verified';
}

describe('a revocation list', () => {
  for (const type of KEY_TYPES)
    it(`signed with a key of the type ${type} is one for OpenSSL, and for us`, async () => {
      await using ca = await SampleAuthority.make(type);
      await ca.issue('hello', INFO);
      await ca.issue('other', INFO);
      const { certificates, listed } = await revokeName(ca, 'hello');
      assert.deepEqual([certificates.length, certificates[0]?.wasRevoked, listed], [1, false, 1]);
      const list = ca.folder.file('ca.crl');
      const anchor = ca.files().certificateFile;
      const read = await openssl(['crl', '-verify', '-CAfile', anchor, '-in', list, '-noout']);
      assert.deepEqual([read.status, read.output.trim()], [0, 'verify OK']);
      const check = async (name: string): Promise<string> => {
        const args = ['-crl_check', '-CRLfile', list, '-CAfile', anchor];
        return (await openssl(['verify', ...args, ca.folder.file(`${name}.pem`)])).output;
      };
      assert.match(await check('other'), /other\.pem: OK/);
      assert.match(await check('hello'), /error 23 at 0 depth lookup: certificate revoked/);
      assert.equal(await verdictOf(ca, 'other', ['ca']), 'verified');
      assert.equal(await verdictOf(ca, 'hello', ['ca']), 'revoked');
    });

  it('says when it was made, until when it is the newest, and which it is', async () => {
    await using ca = await SampleAuthority.make('ed25519', Date.parse('2026-11-22T10:00:00.5Z'));
    await ca.issue('hello', INFO);
    await revokeName(ca, 'hello');
    const list = ca.folder.file('ca.crl');
    const numberOf = async (): Promise<string> => {
      const args = ['-in', list, '-noout', '-crlnumber', '-lastupdate', '-nextupdate', '-text'];
      return (await openssl(['crl', ...args])).output;
    };
    const text = await numberOf();
    const number = Date.parse('2026-11-22T10:00:00Z') / 1000;
    assert.match(text, new RegExp(`crlNumber=0x0*${number.toString(16)}`, 'i'));
    assert.match(text, /lastUpdate=Nov 22 09:59:50 2026 GMT/);
    assert.match(text, /nextUpdate=Nov 22 10:00:00 2027 GMT/);
    assert.match(text, /Version 2/);
    assert.match(text, /Revocation Date: Nov 22 10:00:00 2026 GMT/);
    // A clock that goes back, or stands still, takes none of that away.
    await revoke({ ...optionsFor(ca, { kind: 'name', commonName: 'hello' }), now: ca.now - 1000 });
    const next = new RegExp(`crlNumber=0x0*${(number + 1).toString(16)}`, 'i');
    assert.match(await numberOf(), next);
    assert.equal((await stat(list)).mode & 0o7777, 0o644);
    assert.match(await readFile(list, 'latin1'), /^-----BEGIN X509 CRL-----\n/);
  });

  it('has years of four digits from 2050 on', async () => {
    await using ca = await SampleAuthority.make('ed25519', Date.parse('2049-06-01T00:00:00Z'));
    await ca.issue('hello', INFO);
    await revokeName(ca, 'hello');
    const args = ['-in', ca.folder.file('ca.crl'), '-noout', '-nextupdate', '-lastupdate'];
    const { output } = await openssl(['crl', ...args]);
    assert.match(output, /nextUpdate=Jun {2}1 00:00:00 2050 GMT/);
    assert.match(output, /lastUpdate=May 31 23:59:50 2049 GMT/);
    assert.equal(await verdictOf(ca, 'hello', ['ca']), 'revoked');
    const at = ['-attime', `${ca.now / 1000}`, '-crl_check', '-CRLfile', ca.folder.file('ca.crl')];
    const anchor = ['-CAfile', ca.files().certificateFile, ca.folder.file('hello.pem')];
    assert.match((await openssl(['verify', ...at, ...anchor])).output, /certificate revoked/);
  });

  it('of some thousand entries is made at once', async () => {
    await using ca = await SampleAuthority.make();
    const serials = Array.from({ length: 5000 }, (_, index) => (2 ** 40 + index).toString(16));
    const lines = serials.map((serial) => `${serial} many`);
    await writeFile(ca.databaseFile, `${lines.join('\n')}\n`);
    assert.equal((await revokeName(ca, 'many')).listed, 5000);
    const anchor = ca.files().certificateFile;
    const args = ['crl', '-verify', '-CAfile', anchor, '-in', ca.folder.file('ca.crl'), '-noout'];
    assert.match((await openssl(args)).output, /verify OK/);
  });
});

describe('a certificate is revoked', () => {
  it('by its file, also one that no database has', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd());
    const issuer = await openIssuer(ca.files('tenant'), ca.now);
    const asked = { command: INFO, commonName: 'once', keyType: 'ed25519', now: ca.now } as const;
    const leaf = await issueLeaf(issuer, asked);
    const file = ca.folder.file('once.pem');
    await writeFile(file, leaf.certificatesPem);
    const target = { kind: 'certificate', file } as const;
    const { certificates } = await revoke(optionsFor(ca, target, 'tenant'));
    assert.deepEqual(certificates, [{ serial: leaf.serial, commonName: null, wasRevoked: false }]);
    assert.equal(await verdictOf(ca, 'once', ['tenant']), 'revoked');
    const message = /once\.pem was not issued by CN=ca; whoever issued it can revoke it/;
    await assertRefused(revoke(optionsFor(ca, target)), 'CERTIFICATE_FOREIGN', message);
    const itself = { kind: 'certificate', file: ca.files().certificateFile } as const;
    await assertRefused(revoke(optionsFor(ca, itself)), 'CERTIFICATE_FOREIGN', /cacert\.pem/);
  });

  it('by its serial number, as people write it', async () => {
    await using ca = await SampleAuthority.make();
    const { serial } = await ca.issue('hello', INFO);
    const written = serial
      .toUpperCase()
      .replace(/^00/, '')
      .replaceAll(/..(?=.)/g, '$&:');
    const { certificates } = await revoke(optionsFor(ca, { kind: 'serial', serial: written }));
    assert.deepEqual(certificates, [{ serial, commonName: 'hello', wasRevoked: false }]);
    assert.equal(await verdictOf(ca, 'hello', ['ca']), 'revoked');
    const unknown = await revoke(optionsFor(ca, { kind: 'serial', serial: 'abcdef' }));
    assert.equal(unknown.certificates[0]?.commonName, null);
    const wrong = revoke(optionsFor(ca, { kind: 'serial', serial: 'hello' }));
    await assertRefused(wrong, 'USAGE_INVALID', /"hello" is no serial number in hexadecimal/);
  });

  it('by its name, with all others of that name', async () => {
    await using ca = await SampleAuthority.make();
    const serials = [];
    for (let count = 0; count < 3; count += 1) serials.push((await ca.issue('Hello', INFO)).serial);
    const { certificates } = await revokeName(ca, 'hello');
    assert.deepEqual(
      certificates.map(({ serial }) => serial),
      serials,
    );
    const message = /the database has no certificate that is called "unknown"/;
    await assertRefused(revokeName(ca, 'unknown'), 'CERTIFICATE_NOT_FOUND', message);
  });

  it('with everything below it, when it is an authority', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd());
    await ca.issue('sub', policyAdd(), 'tenant');
    await ca.issue('hello', INFO, 'sub');
    assert.equal(await verdictOf(ca, 'hello', []), 'verified');
    await revokeName(ca, 'sub', 'tenant');
    assert.equal(await verdictOf(ca, 'hello', ['tenant']), 'revoked');
    await revokeName(ca, 'tenant');
    assert.equal(await verdictOf(ca, 'hello', ['ca']), 'revoked');
    // Each list has what its authority issued, though the database is one.
    const lists = await Promise.all(
      ['ca', 'tenant'].map(async (name) => {
        const bytes = await readFile(ca.folder.file(`${name}.crl`));
        return readRevocationLists(bytes, name).map(({ revoked }) => revoked.size);
      }),
    );
    assert.deepEqual(lists, [[1], [1]]);
  });

  it('twice without harm', async () => {
    await using ca = await SampleAuthority.make();
    const { serial } = await ca.issue('hello', INFO);
    await revokeName(ca, 'hello');
    const database = await readFile(ca.databaseFile, 'latin1');
    const again = await revokeName(ca, 'hello');
    assert.deepEqual(again.certificates, [{ serial, commonName: 'hello', wasRevoked: true }]);
    assert.equal(again.listed, 1);
    assert.equal(await readFile(ca.databaseFile, 'latin1'), database);
  });

  it('whatever is lost: what the list or the database says stays revoked', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('first', INFO);
    await ca.issue('second', INFO);
    await ca.issue('third', INFO);
    await revokeName(ca, 'first');
    const emptyList = await readFile(ca.folder.file('ca.crl'));
    await revokeName(ca, 'second');
    // As after a crash between the two, or when an older list was put back.
    await writeFile(ca.folder.file('ca.crl'), emptyList);
    assert.equal((await revokeName(ca, 'third')).listed, 3);
    const database = await readFile(ca.databaseFile, 'latin1');
    await writeFile(ca.databaseFile, database.replaceAll(/^revoked .*\n/gm, ''));
    assert.equal((await revokeName(ca, 'third')).listed, 3);
    for (const name of ['first', 'second', 'third'])
      assert.equal(await verdictOf(ca, name, ['ca']), 'revoked');
  });

  it('by several at once, and all of them are on the list', async () => {
    await using ca = await SampleAuthority.make();
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    for (const name of names) await ca.issue(name, INFO);
    await Promise.all(names.map(async (name) => await revokeName(ca, name)));
    for (const name of names) assert.equal(await verdictOf(ca, name, ['ca']), 'revoked', name);
  });

  it('and a list of others, or something else, is not replaced', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd());
    await ca.issue('hello', INFO);
    await ca.issue('below', INFO, 'tenant');
    await revokeName(ca, 'below', 'tenant');
    const list = ca.folder.file('ca.crl');
    const others = await readFile(ca.folder.file('tenant.crl'), 'latin1');
    const database = await readFile(ca.databaseFile, 'latin1');
    for (const [content, message] of [
      [others, /ca\.crl was not signed by the key of CN=ca; it is not replaced/],
      [others + others, /has several lists in it/],
      ['something else', /is no revocation list/],
      ['', /is no revocation list/],
    ] as const) {
      await writeFile(list, content);
      await assertRefused(revokeName(ca, 'hello'), 'REVOCATION_LIST_FOREIGN', message);
      assert.equal(await readFile(list, 'latin1'), content);
      assert.equal(await readFile(ca.databaseFile, 'latin1'), database);
    }
  });
});
