import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CertificateDesk, create, INFO, policyAdd } from '../testing/certificate-desk.ts';

const ROOT = ['cacert.pem', 'ca.db', 'ca.key'] as const;
const TENANT = ['tenant.pem', 'tenant.db', 'tenant.key'] as const;

describe('explain', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    await desk.albatross('sign', ...ROOT, await desk.request('tenant', policyAdd()));
    await desk.albatross('sign', ...TENANT, await desk.request('hello', create(32)));
    await desk.albatross('sign', ...TENANT, await desk.request('gone', INFO));
    await desk.albatross('sign', ...TENANT, await desk.request('level', LEVEL));
    await desk.albatross('revoke', ...TENANT, 'gone');
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  /** What it exits with, and its last line; nothing on stderr. */
  async function verdictOn(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await desk.albatross('explain', ...args);
    assert.equal(stderr, '');
    return `${status} ${stdout.trimEnd().split('\n').at(-1)}`;
  }

  it('tells what a certificate is for, and that it is accepted by who trusts cacert.pem', async () => {
    const { status, stdout, stderr } = await desk.albatross('explain', 'hello.pem');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^trusted authority CN=ca, issued by itself\n/);
    assert.match(
      stdout,
      /\n {2}valid from \S+Z until \S+Z: 23 hours more\n {2}create tenant:hello: 32 MiB/,
    );
    assert.match(stdout, /\naccepted by servers that trust CN=ca, [^\n]+\n$/);
  });

  it('ends in why it would be refused', async () => {
    await using elsewhere = await CertificateDesk.open();
    await elsewhere.albatross('generate', 'ca', 'ca.db');
    await copyFile(elsewhere.file('cacert.pem'), desk.file('foreign.pem'));
    for (const [args, verdict] of [
      [['hello.pem', '--crl', 'tenant.crl'], /^0 accepted/],
      [
        ['gone.pem', '--crl', 'tenant.crl'],
        /^117 refused: .* was revoked by its issuer; .* \[revoked\]$/,
      ],
      [['gone.pem'], /^0 accepted/],
      [
        ['hello.pem', '--ca', 'foreign.pem'],
        /^117 refused: .* CN=tenant, .* another key .* \[unknown-issuer\]$/,
      ],
      [['hello.pem', '--server-ca', 'tenant.pem'], /^0 accepted by servers that trust CN=tenant/],
      [['hello.pem', '--at', '2020-01-01'], /^117 refused: .* is valid from .* \[not-yet-valid\]$/],
      [
        ['level.pem'],
        /^117 refused: there is no compression level 10; levels are 0 to 9 \[number\]$/,
      ],
      [['level.req'], /^117 refused: there is no compression level 10; .* \[number\]$/],
      [['hello.req'], /^0 nothing is wrong with it; whoever signs it decides$/],
      [['tenant.pem'], /^0 accepted/],
      [['cacert.pem'], /^0 accepted/],
      [['server.pem'], /^0 accepted by clients that trust CN=ca$/],
    ] as const)
      assert.match(await verdictOn(...args), verdict, args.join(' '));
  });

  it('says that trust was not checked where nobody said who is trusted', async () => {
    await using elsewhere = await CertificateDesk.open();
    await copyFile(desk.file('hello.pem'), elsewhere.file('hello.pem'));
    const { status, stdout } = await elsewhere.albatross('explain', 'hello.pem');
    assert.equal(status, 0);
    assert.match(stdout, /\ntrust was not checked: name the authority .* with --ca\n/);
    assert.match(stdout, /\nnothing is wrong with it, as far as this goes\n$/);
  });

  it('tells programs, refusals as well', async () => {
    const { status, stdout } = await desk.albatross('explain', 'level.pem', '--json');
    assert.equal(status, 117);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    const { kind, name, accepted, refusals, revocationLists } = said;
    assert.deepEqual([kind, name, accepted], ['client', 'tenant:level', false]);
    assert.deepEqual(refusals, [
      {
        by: 'gateway',
        reason: 'number',
        message: 'there is no compression level 10',
        remedy: 'levels are 0 to 9',
      },
    ]);
    assert.equal(revocationLists, null);
  });

  it('tells of a list that is of somebody else, or should have been replaced', async () => {
    const both = ['--crl', 'tenant.crl', '--at', '2100-01-01'];
    const old = await desk.albatross('explain', 'hello.pem', ...both);
    assert.match(
      old.stdout,
      /\nnote: the revocation list of CN=tenant .* should have been replaced/,
    );
    const root = await desk.albatross('explain', 'server.pem', '--crl', 'tenant.crl');
    assert.match(
      root.stdout,
      /\nnote: a revocation list is of CN=tenant, who issued none of these\n/,
    );
  });

  it('refuses in one line what it cannot read', async () => {
    await writeFile(desk.file('text'), 'Text\n');
    const root = await readFile(desk.file('cacert.pem'), 'latin1');
    await writeFile(desk.file('two.pem'), root.repeat(2));
    await writeFile(desk.file('damaged.pem'), root.replace(/\nMII?/, '\nMMM'));
    for (const [args, message] of [
      [['nothing.pem'], /^nothing.pem cannot be read: ENOENT \[FILE_UNREADABLE\]\n$/],
      [['text'], /^text cannot be read: .* there is nothing in PEM \[CERTIFICATE_INVALID\]\n$/],
      [['ca.key'], /^ca.key cannot be read: .* says PRIVATE KEY \[CERTIFICATE_INVALID\]\n$/],
      [['damaged.pem'], /^damaged.pem.* cannot be read: .* \[CERTIFICATE_INVALID\]\n$/],
      [['hello.pem', '--ca', 'two.pem'], /^two.pem .* one authority.* \[CERTIFICATE_INVALID\]\n$/],
      [['hello.pem', '--crl', 'text'], /^text is no revocation list: .*FOREIGN\]\n$/],
      [['hello.pem', '--at', 'noon'], /^--at is a time like .* "noon" is not \[USAGE_INVALID\]\n$/],
      [['hello.pem', '--ca', 'a', '--server-ca', 'b'], /^.*cannot be used.* \[USAGE_INVALID\]\n$/],
    ] as const) {
      const { status, stdout, stderr } = await desk.albatross('explain', ...args);
      assert.deepEqual([status, stdout], [124, ''], args.join(' '));
      assert.match(stderr, message);
    }
  });
});

const LEVEL = { kind: 'unikernel-get', level: 10 } as const;
