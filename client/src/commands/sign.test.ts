import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import {
  CertificateDesk,
  create,
  INFO,
  policyAdd,
  refusalOf,
} from '../testing/certificate-desk.ts';

const ROOT = ['cacert.pem', 'ca.db', 'ca.key'] as const;
const TENANT = ['tenant.pem', 'ca.db', 'tenant.key'] as const;

describe('sign', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  it('makes an authority of a policy, and says what it allows', async () => {
    const request = await desk.request('tenant', policyAdd());
    const { status, stdout, stderr } = await desk.albatross('sign', ...ROOT, request);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^wrote tenant.pem: the policy of tenant: with 16 unikernels, 1024 MiB of memory, 100 MiB of block storage, the CPUs 0-1, the bridge service, until \S+Z\nits serial number is [0-9a-f]+\n$/,
    );
    assert.match(await desk.openssl('verify', '-CAfile', 'cacert.pem', 'tenant.pem'), /: OK\n$/);
  });

  it('below it, makes a leaf of a command, under its full name', async () => {
    const request = await desk.request('hello', create(512));
    const { status, stdout, stderr } = await desk.albatross('sign', ...TENANT, request);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^wrote hello.pem: create tenant:hello, until \S+Z\nits serial/);
    const args = ['-purpose', 'sslclient', '-CAfile', 'cacert.pem', '-untrusted', 'hello.pem'];
    assert.equal(await desk.openssl('verify', ...args, 'hello.pem'), 'hello.pem: OK\n');
  });

  it('makes a server, tells programs, and tells of an authority that ends before', async () => {
    const request = await desk.request('host.example', null);
    const signed = await desk.albatross('sign', ...ROOT, request, '--days', '7', '--json');
    const { notAfter, authorityNotAfter, serial, ...rest } = JSON.parse(signed.stdout) as Record<
      string,
      string
    >;
    const common = { kind: 'server', name: 'host.example', command: null, policy: null };
    assert.deepEqual(rest, { file: 'host.example.pem', ...common });
    assert.match(
      (await desk.content())['ca.db'] ?? '',
      new RegExp(`^${serial} host.example$`, 'm'),
    );
    assert.ok((notAfter ?? '') < (authorityNotAfter ?? ''));
    const info = await desk.request('info', INFO);
    const { stdout } = await desk.albatross('sign', ...TENANT, info, '--days', '1000');
    assert.match(stdout, /: info tenant:info, until \S+Z, but its authority only until \S+Z\n/);
  });

  it('refuses in one line, writes nothing, and lists nothing', async () => {
    const big = await desk.request('big', policyAdd({ memory: 1025 }));
    const greedy = await desk.request('greedy', create(2048));
    const small = await desk.request('small', INFO);
    for (const [args, message] of [
      [
        [...TENANT, big],
        /^117 the policy of tenant:big: would allow 1025 MiB .* \[POLICY_CONFLICT\]$/,
      ],
      [[...TENANT, greedy], /^117 .*2048 MiB.* \[POLICY_EXCEEDED\]$/],
      [['cacert.pem', 'ca.db', 'tenant.key', small], /^124 the key is not .* \[KEY_MISMATCH\]$/],
      [['cacert.pem', 'ca.db', 'cacert.pem', small], /^124 cacert.pem .* \[KEY_INVALID\]$/],
      [['hello.pem', 'ca.db', 'hello.key', small], /^124 .* \[AUTHORITY_INVALID\]$/],
      [[...ROOT, 'cacert.pem'], /^124 cacert.pem has no .* \[REQUEST_MALFORMED\]$/],
      [[...ROOT, 'nothing.req'], /^124 nothing.req cannot be read: ENOENT \[FILE_UNREADABLE\]$/],
      [[...ROOT, '/dev/null'], /^124 \/dev\/null is no plain file \[FILE_UNREADABLE\]$/],
      [
        ['cacert.pem', small, 'ca.key', small],
        /^124 small.req is no database.* \[USAGE_INVALID\]$/,
      ],
      [[...ROOT, small, '--days', '0'], /^124 .* whole number of days .* \[USAGE_INVALID\]$/],
      [[...ROOT, small, '--days=-1'], /^124 --days is a whole number.* \[USAGE_INVALID\]$/],
    ] as const)
      assert.match(await refusalOf(desk, 'sign', ...args), message);
  });

  it('overwrites nothing that a request is called by, but the certificate of its own key', async () => {
    for (const name of ['cacert', 'server', 'notes']) {
      await writeFile(desk.file('notes.pem'), 'Notes\n');
      await using tenant = await CertificateDesk.open();
      await copyFile(tenant.file(await tenant.request(name, INFO)), desk.file('theirs.req'));
      const refusal = await refusalOf(desk, 'sign', ...ROOT, 'theirs.req');
      assert.match(refusal, /^124 \w+\.pem (?:is there already|would be overwritten)/, name);
    }
    const before = await desk.content();
    const again = await desk.albatross('sign', ...TENANT, 'hello.req');
    assert.equal(again.status, 0);
    assert.notEqual((await desk.content())['hello.pem'], before['hello.pem']);
    // A database that is yet to be made is not made where the certificate is put.
    const small = ['cacert.pem', 'small.pem', 'ca.key', 'small.req'];
    assert.match(await refusalOf(desk, 'sign', ...small), /^124 small.pem would be overwritten/);
  });
});
