import { AUTHORITY_DAYS_DEFAULT, KEY_TYPES, SERVER_DAYS_DEFAULT } from '@albatross/pki';
import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CertificateDesk, policyAdd, refusalOf } from '../testing/certificate-desk.ts';

describe('generate', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  it('makes an authority and a server that OpenSSL accepts, and says where', async () => {
    const { status, stdout, stderr } = await desk.albatross('generate', 'ca', 'ca.db');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^wrote cacert.pem: authority ca, until \S+Z, its key in ca.key\nwrote server.pem: server server, until \S+Z, its key in server.key\n$/,
    );
    const names = Object.keys(await desk.content());
    assert.deepEqual(names, ['ca.db', 'ca.key', 'cacert.pem', 'server.key', 'server.pem']);
    assert.equal((await stat(desk.file('ca.key'))).mode & 0o777, 0o400);
    const verify = ['verify', '-purpose', 'sslserver', '-CAfile', 'cacert.pem', 'server.pem'];
    assert.equal(await desk.openssl(...verify), 'server.pem: OK\n');
  });

  it('done again renews both with the keys that are there, and tells programs', async () => {
    const before = await desk.content();
    const args = ['--days', '10', '--server-days', '5', '--json'];
    const { status, stdout } = await desk.albatross('generate', 'ca', 'ca.db', ...args);
    assert.equal(status, 0);
    const said = JSON.parse(stdout) as Record<string, { notAfter?: string }>;
    const days = ['authority', 'server'].map((which) => {
      const at = Date.parse(said[which]?.notAfter ?? '');
      return Math.round((at - Date.now()) / 86_400_000);
    });
    assert.deepEqual(days, [10, 5]);
    const now = await desk.content();
    assert.deepEqual([now['ca.key'], now['server.key']], [before['ca.key'], before['server.key']]);
    assert.notEqual(now['cacert.pem'], before['cacert.pem']);
  });

  it('refuses in one line what would overwrite something, or means nothing', async () => {
    await desk.request('tenant', policyAdd());
    await desk.albatross('sign', 'cacert.pem', 'ca.db', 'ca.key', 'tenant.req');
    await writeFile(desk.file('notes.pem'), 'Notes\n');
    for (const [args, message] of [
      [['other', 'ca.db'], /^124 cacert.pem is that of CN=ca, .* \[AUTHORITY_EXISTS\]$/],
      [['ca', 'ca.db', '--server', 'notes'], /^124 notes.pem is there .* \[FILE_UNWRITABLE\]$/],
      [['ca', 'ca.db', '--key-type', 'dsa'], /^124 "dsa" is no key type; .* \[USAGE_INVALID\]$/],
      [['ca', 'ca.db', '--days', '0'], /^124 .* whole number of days .* \[USAGE_INVALID\]$/],
      [
        ['ca', 'ca.db', '--server-days', 'x'],
        /^124 --server-days is a whole .* \[USAGE_INVALID\]$/,
      ],
      [['ca', 'ca.key'], /^124 ca.key would be overwritten.* \[USAGE_INVALID\]$/],
      [['ca', 'notes.pem'], /^124 notes.pem is no database .* \[USAGE_INVALID\]$/],
      [['a/b', 'ca.db'], /^124 a common name has .* \[NAME_INVALID\]$/],
    ] as const)
      assert.match(await refusalOf(desk, 'generate', ...args), message);
  });

  it('does not replace the certificate of another key by that of the server', async () => {
    await using elsewhere = await CertificateDesk.open();
    await writeFile(elsewhere.file('server.pem'), (await desk.content())['tenant.pem'] ?? '');
    assert.match(
      await refusalOf(elsewhere, 'generate', 'ca', 'ca.db'),
      /^124 server.pem is there already, and is the certificate of another key; .* \[FILE_UNWRITABLE\]$/,
    );
  });

  it('tells in its help what holds', async () => {
    const { stdout } = await desk.albatross('generate', '--help');
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const days of [AUTHORITY_DAYS_DEFAULT, SERVER_DAYS_DEFAULT])
      assert.ok(words.includes(`(default: ${days})`), words);
    for (const type of KEY_TYPES) assert.ok(words.includes(type), type);
  });
});
