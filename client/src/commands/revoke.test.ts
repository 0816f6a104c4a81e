import { REVOCATION_LIST_DAYS_DEFAULT } from '@albatross/pki';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import {
  CertificateDesk,
  create,
  INFO,
  policyAdd,
  refusalOf,
} from '../testing/certificate-desk.ts';

const ROOT = ['cacert.pem', 'ca.db', 'ca.key'] as const;
const TENANT = ['tenant.pem', 'tenant.db', 'tenant.key'] as const;

describe('revoke', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    await desk.albatross('sign', ...ROOT, await desk.request('tenant', policyAdd()));
    await desk.albatross('sign', ...TENANT, await desk.request('hello', create(32)));
    await desk.albatross('sign', ...TENANT, await desk.request('info', INFO));
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  async function verdictOn(name: string, ...lists: readonly string[]): Promise<string> {
    const check = lists.flatMap((list) => ['-CRLfile', list]);
    const chain = ['-CAfile', 'cacert.pem', '-untrusted', 'tenant.pem', `${name}.pem`];
    return await desk.openssl('verify', '-crl_check', ...check, ...chain);
  }

  it('refuses in one line, and writes no list', async () => {
    await writeFile(desk.file('text'), 'Text\n');
    for (const [args, message] of [
      [[...ROOT, 'hello'], /^124 the database has no .*"hello" \[CERTIFICATE_NOT_FOUND\]$/],
      // Short: a mistyped name.
      [[...TENANT, 'dada'], /^124 the database has no .*"dada" \[CERTIFICATE_NOT_FOUND\]$/],
      [
        [...ROOT, 'hello.pem'],
        /^124 .*hello.pem was not issued by CN=ca.* \[CERTIFICATE_FOREIGN\]$/,
      ],
      [['cacert.pem', 'ca.db', 'tenant.key', 'tenant'], /^124 the key .* \[KEY_MISMATCH\]$/],
      [
        ['cacert.pem', 'text', 'ca.key', 'tenant'],
        /^124 text is no database .* \[USAGE_INVALID\]$/,
      ],
      [[...ROOT, 'tenant', '--days', '0'], /^124 .* number of days .* \[USAGE_INVALID\]$/],
      [[...ROOT, 'tenant', '--crl', 'text'], /^124 text is no .* \[REVOCATION_LIST_FOREIGN\]$/],
      [[...ROOT, 'tenant', '--crl', 'ca.db'], /^124 ca.db is no .* \[REVOCATION_LIST_FOREIGN\]$/],
    ] as const)
      assert.match(await refusalOf(desk, 'revoke', ...args), message);
  });

  it('by name, into a list that OpenSSL verifies and refuses by', async () => {
    const { status, stdout, stderr } = await desk.albatross('revoke', ...TENANT, 'hello');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^revoked: [0-9a-f]+ of hello\nwrote tenant.crl: 1 revoked in all, to be renewed by \S+Z\n$/,
    );
    const verified = await desk.openssl('verify', '-CAfile', 'cacert.pem', 'tenant.pem');
    assert.equal(verified, 'tenant.pem: OK\n');
    const chain = ['-CAfile', 'tenant.pem', '-in', 'tenant.crl', '-noout'];
    assert.equal(await desk.openssl('crl', '-verify', ...chain), 'verify OK\n');
    assert.match(await verdictOn('hello', 'tenant.crl'), /error 23 .*certificate revoked/);
    assert.equal(await verdictOn('info', 'tenant.crl'), 'info.pem: OK\n');
  });

  it('by serial number, as OpenSSL writes it, once and again', async () => {
    const serial = await desk.openssl('x509', '-in', 'info.pem', '-noout', '-serial');
    const digits = serial.trim().replace('serial=', '');
    for (const wasRevoked of [false, true]) {
      const { stdout } = await desk.albatross('revoke', ...TENANT, digits, '--json');
      const said = JSON.parse(stdout) as { certificates: { serial: string }[] };
      const shown = said.certificates[0]?.serial ?? '';
      assert.equal(BigInt(`0x${shown}`), BigInt(`0x${digits}`));
      const { certificates, ...rest } = said as unknown as Record<string, unknown>;
      assert.deepEqual(certificates, [{ serial: shown, name: 'info', wasRevoked }]);
      assert.deepEqual([rest['list'], rest['listed']], ['tenant.crl', 2]);
    }
    assert.match(await verdictOn('info', 'tenant.crl'), /error 23 .*certificate revoked/);
    const { stdout } = await desk.albatross('revoke', ...TENANT, '0x5');
    assert.match(stdout, /^revoked: 05 that the database does not have\n/);
  });

  it('by certificate, an authority and what is below it, in the list that is named', async () => {
    const args = [...ROOT, 'tenant.pem', '--crl', 'lists.crl', '--days', '3'];
    const { stdout } = await desk.albatross('revoke', ...args);
    assert.match(stdout, /^revoked: [0-9a-f]+ of tenant\nwrote lists.crl: 1 revoked in all/);
    assert.match(await verdictOn('tenant', 'lists.crl'), /error 23 .*certificate revoked/);
  });

  it('by name also where a file is called like it', async () => {
    await writeFile(desk.file('hello'), 'an image');
    const { status, stdout } = await desk.albatross('revoke', ...TENANT, 'hello');
    assert.equal(status, 0);
    assert.match(stdout, /^was revoked before: [0-9a-f]+ of hello\n/);
  });

  it('tells in its help what holds', async () => {
    const { stdout } = await desk.albatross('revoke', '--help');
    assert.ok(stdout.includes(`(default: ${REVOCATION_LIST_DAYS_DEFAULT})`), stdout);
  });
});
