import { der, WireError } from '@albatross/wire';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCertificate } from './certificate.ts';
import { PemError, readPem } from './pem.ts';
import { readRevocationList, readRevocationLists } from './revocation-list.ts';
import { Revocations } from './revocations.ts';
import { plain } from './testing/extension-values.ts';
import { listOf, readLists } from './testing/lists.ts';
import { withFiles } from './testing/openssl-verdict.ts';
import { openssl } from './testing/openssl.ts';
import { authority, DAY_MS, leaf, NOW } from './testing/parties.ts';

const tenant = await authority('tenant', null);
const hello = await leaf('hello', tenant);

function derOf(pem: string): Uint8Array {
  return readPem(pem)[0]?.bytes ?? new Uint8Array();
}

describe('a revocation list', () => {
  it('says who was revoked by whom, from when until when', async () => {
    const [list] = readLists(await listOf(tenant, { revoked: [hello] }));
    assert.ok(list !== undefined);
    assert.equal(list.issuer.key, tenant.certificate.subject.key);
    assert.deepEqual([...list.revoked], [hello.certificate.serial]);
    assert.deepEqual([list.thisUpdate, list.nextUpdate], [NOW - DAY_MS, NOW + DAY_MS]);
    assert.deepEqual(
      [...(list.authorityKeyId ?? [])],
      [...(tenant.certificate.subjectKeyId ?? [0])],
    );
  });

  it('may be empty, without an end, and say nothing of keys', async () => {
    const bare = { revoked: [], nextUpdate: null, extensions: {} };
    const [list] = readLists(await listOf(tenant, bare));
    assert.deepEqual([list?.revoked.size, list?.nextUpdate, list?.authorityKeyId], [0, null, null]);
  });

  it('is read from DER, and with others from PEM', async () => {
    const pem = await listOf(tenant, { revoked: [hello] });
    assert.equal(readRevocationLists(derOf(pem), 'a file').length, 1);
    assert.equal(readRevocationLists(Buffer.from(`# two\n${pem}${pem}`), 'a file').length, 2);
    assert.throws(() => readRevocationLists(Buffer.from(''), 'crl/a.pem'), {
      name: 'PemError',
      message: 'crl/a.pem has no -----BEGIN X509 CRL----- in it',
    });
    const other = pem.replaceAll('X509 CRL', 'CRL');
    assert.throws(() => readRevocationLists(Buffer.from(other), 'a file'), PemError);
  });

  it('is refused when it has a critical extension, for it may be about others', async () => {
    const critical = { a: plain('2.5.29.28', der.sequence([]), true) };
    const harmless = { a: plain('2.5.29.28', der.sequence([])) };
    const refusal = {
      name: 'WireError',
      message: /expected no critical extension, found 2.5.29.28$/,
    };
    for (const where of ['extensions', 'entryExtensions']) {
      const pem = await listOf(tenant, { revoked: [hello], [where]: critical });
      assert.throws(() => readRevocationList(derOf(pem)), refusal);
      readRevocationList(derOf(await listOf(tenant, { revoked: [hello], [where]: harmless })));
    }
  });

  it('is refused when it is cut short or has more behind it', async () => {
    const bytes = derOf(await listOf(tenant, { revoked: [hello] }));
    for (let length = 0; length < bytes.length; length += 1)
      assert.throws(() => readRevocationList(bytes.subarray(0, length)), WireError);
    assert.throws(() => readRevocationList(Buffer.concat([bytes, Buffer.of(0)])), WireError);
  });

  it('revokes nothing when a bit of it is another', async () => {
    const bytes = derOf(await listOf(tenant, { revoked: [hello] }));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      let status = 'unread';
      try {
        const revocations = new Revocations([readRevocationList(changed)]);
        status = revocations.statusOf(hello.certificate, tenant.certificate);
      } catch (error) {
        assert.ok(error instanceof WireError);
      }
      // With another name or key identifier it is that of somebody else; otherwise it is damaged.
      assert.notEqual(status, 'revoked', `byte ${at}`);
    }
  });

  it('may be one that openssl made', async (t) => {
    if ((await openssl(['version']).catch(() => null)) === null)
      return t.skip('openssl is not installed');
    const config = [
      '[ca]\ndefault_ca = this\n[this]\ndatabase = index\ncrlnumber = number\ndefault_md = sha256',
      'crl_extensions = crl\ndefault_crl_days = 2\n[crl]\nauthorityKeyIdentifier = keyid',
      '[req]\ndistinguished_name = name\n[name]\n[authority]\nbasicConstraints = critical, CA:TRUE',
      'keyUsage = critical, keyCertSign, cRLSign\nsubjectKeyIdentifier = hash\n',
    ].join('\n');
    await withFiles({ config, index: '', number: '01\n' }, async (folder) => {
      const at = (name: string): string => join(folder, name);
      const relative = config.replaceAll(/= (index|number)$/gm, (_, name) => `= ${at(name)}`);
      await withFiles({ config: relative }, async (second) => {
        const run = async (...args: readonly string[]): Promise<void> => {
          const { status, output } = await openssl(args);
          assert.equal(status, 0, output);
        };
        const common = [
          '-config',
          join(second, 'config'),
          '-keyfile',
          at('key'),
          '-cert',
          at('cert'),
        ];
        const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
        const files = ['-keyout', at('key'), '-out', at('cert')];
        const own = [
          '-config',
          join(second, 'config'),
          '-extensions',
          'authority',
          '-subj',
          '/CN=a',
        ];
        await run('req', '-x509', ...ec, ...files, ...own);
        await run('ca', ...common, '-revoke', at('cert'), '-crl_reason', 'keyCompromise');
        await run('ca', ...common, '-gencrl', '-out', at('crl'));
        const [list] = readRevocationLists(await readFile(at('crl')), 'crl');
        const [bytes] = readPem(await readFile(at('cert'), 'latin1'));
        const issuer = readCertificate(bytes?.bytes ?? new Uint8Array());
        assert.ok(list !== undefined);
        assert.deepEqual([...list.revoked], [issuer.serial]);
        const revocations = new Revocations([list]);
        assert.equal(revocations.statusOf(issuer, issuer), 'revoked');
        assert.deepEqual(revocations.problemsOf(issuer, Date.now() + 1000), []);
      });
    });
  });
});
