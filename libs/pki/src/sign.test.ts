import { decodeExtension, type WireCommand, type WireConfig } from '@albatross/wire';
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readCertificate, type Certificate } from './certificate.ts';
import { readCertificates } from './issuer.ts';
import { KEY_TYPES } from './key-type.ts';
import { readPemOf } from './pem.ts';
import { Revocations } from './revocations.ts';
import { readSigningRequest } from './signing-request.ts';
import { sign, type SignedRequest } from './sign.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';
import { recordedRequest, recordedRequests } from './testing/recorded-requests.ts';
import { INFO, policyAdd, SampleAuthority } from './testing/sample-authority.ts';
import { verifyChain } from './verify-chain.ts';

const DAY_MS = 86_400_000;

function create(changes: Partial<WireConfig> = {}): WireCommand {
  const { command } = readSigningRequest(recordedRequest('create-default').der);
  assert.ok(command?.kind === 'unikernel-create');
  return { ...command, config: { ...command.config, ...changes } };
}

/** What a file has in it. */
async function certificatesIn(file: string): Promise<readonly Certificate[]> {
  const text = await readFile(file, 'latin1');
  return readPemOf('CERTIFICATE', text, file).map((der) => readCertificate(der));
}

/** Whether ours accepts what somebody shows. */
async function verdictOf(ca: SampleAuthority, { certificates }: SignedRequest): Promise<string> {
  const [anchor] = await certificatesIn(ca.files().certificateFile);
  assert.ok(anchor !== undefined);
  const revocations = new Revocations([]);
  const verdict = verifyChain({ sent: certificates, anchor, now: ca.now, revocations });
  return verdict.kind === 'refused' ? verdict.message : 'verified';
}

/**
 * What OpenSSL finds wrong with what a file has in it, as a client's or another; nothing if it is right.
 * Its strict checks are for authorities below the root: the root has no subjectKeyIdentifier, as the original's.
 */
async function complaintsOf(ca: SampleAuthority, file: string, purpose: string): Promise<string> {
  const anchor = ca.files().certificateFile;
  const args = ['-purpose', purpose, '-CAfile', anchor, '-untrusted', file, file];
  const usual = await openssl(['verify', ...args]);
  const strict = await openssl(['verify', '-x509_strict', ...args]);
  const isOnlyRoot = /error 86 at \d depth lookup: Missing Subject Key Identifier/.test(
    strict.output,
  );
  const others = strict.output.split('\n').filter((line) => /^error \d/.test(line)).length;
  return usual.status === 0 && isOnlyRoot && others === 1 ? '' : usual.output + strict.output;
}

describe('a request is signed', () => {
  for (const type of KEY_TYPES)
    it(`at depths 1 to 4 with keys of the type ${type}, and verified by ours and by OpenSSL`, async () => {
      await using ca = await SampleAuthority.make(type);
      let authority = 'ca';
      for (let depth = 1; depth <= 4; depth += 1) {
        const leaf = await ca.issue(`leaf${depth}`, INFO, authority);
        assert.equal(leaf.certificates.length, depth);
        assert.equal(await verdictOf(ca, leaf), 'verified');
        assert.equal(await complaintsOf(ca, leaf.file, 'sslclient'), '');
        const memory = 1024 - depth;
        const next = await ca.issue(`at${depth}`, policyAdd({ memory }), authority);
        assert.equal(await complaintsOf(ca, next.file, 'any'), '');
        authority = `at${depth}`;
      }
    });

  it('as an authority for a year, as a leaf for a day, as a server for a year, or as is said', async () => {
    await using ca = await SampleAuthority.make();
    for (const [commonName, command, kind, days] of [
      ['tenant', policyAdd(), 'authority', 365],
      ['hello', INFO, 'leaf', 1],
      ['host.example', null, 'server', 365],
    ] as const) {
      const signed = await ca.issue(commonName, command);
      const [certificate] = await certificatesIn(signed.file);
      assert.ok(certificate !== undefined);
      const seconds = Math.floor(ca.now / 1000) * 1000;
      assert.deepEqual(
        [certificate.notBefore, certificate.notAfter],
        [Math.floor((ca.now - 10_000) / 1000) * 1000, seconds + days * DAY_MS],
      );
      assert.equal(certificate.basicConstraints?.isAuthority, kind === 'authority');
      assert.equal(signed.kind, kind);
      const { extension } = certificate;
      assert.deepEqual(extension === null ? null : decodeExtension(extension), command);
      const longer = await ca.issue(commonName, command, 'ca', 7);
      const [again] = await certificatesIn(longer.file);
      assert.equal(again?.notAfter, seconds + 7 * DAY_MS);
    }
    for (const days of [0, -1, 1.5, 36_526, Number.NaN])
      await assertRefused(
        ca.issue('hello', INFO, 'ca', days),
        'USAGE_INVALID',
        /whole number of days/,
      );
  });

  it('by an authority in a file with those above it, or without', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd());
    await ca.issue('sub', policyAdd({ memory: 512 }), 'tenant');
    const whole = await ca.issue('hello', INFO, 'sub');
    assert.equal(whole.certificates.length, 3);
    const path = ca.files('sub').certificateFile;
    const [first, second] = (await readFile(path, 'latin1')).split(/(?<=END CERTIFICATE-----\n)/);
    assert.ok(first !== undefined && second !== undefined);
    await writeFile(path, first);
    assert.equal((await ca.issue('hello', INFO, 'sub')).certificates.length, 2);
    // With the root behind them all, which nobody has to show.
    const root = await readFile(ca.files().certificateFile, 'latin1');
    await writeFile(path, first + second + root);
    assert.equal((await ca.issue('hello', INFO, 'sub')).certificates.length, 3);
    await writeFile(path, first + root);
    const message = /CN=sub was not issued by CN=ca, which follows it/;
    await assertRefused(ca.issue('hello', INFO, 'sub'), 'AUTHORITY_INVALID', message);
    await writeFile(path, second + first);
    await assertRefused(ca.issue('hello', INFO, 'sub'), 'AUTHORITY_INVALID', /CN=tenant was not/);
  });

  it('that the original made, whatever it asks for', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue(
      'owner',
      policyAdd({ cpuids: [0, 1, 3, 7], memory: 9999, bridges: ['service', 'other'] }),
    );
    const requestFile = ca.folder.file('theirs.req');
    for (const { name, pem } of recordedRequests()) {
      await writeFile(requestFile, pem);
      const { databaseFile, folder, now } = ca;
      const files = { ...ca.files('owner'), databaseFile, requestFile, folder: folder.path };
      const signed = await sign({ ...files, days: null, now });
      assert.equal(signed.kind, /^(tenant|sub)/.test(name) ? 'authority' : 'leaf', name);
      if (signed.kind === 'leaf') assert.equal(await verdictOf(ca, signed), 'verified', name);
      // Several are called the same, and of different keys.
      await rm(signed.file);
    }
    // One line for each, and for the server and the owner.
    const lines = (await readFile(ca.databaseFile, 'latin1')).trimEnd().split('\n');
    assert.equal(lines.length, 67 + 2);
    for (const line of lines) assert.match(line, /^[0-9a-f]{20,22} [A-Za-z0-9.:-]+$/);
  });

  it('into files that all may read, called by its name, and listed before', async () => {
    await using ca = await SampleAuthority.make();
    const { file, serial } = await ca.issue('hello', INFO);
    assert.equal(file, ca.folder.file('hello.pem'));
    assert.equal((await stat(file)).mode & 0o7777, 0o644);
    assert.match(await readFile(ca.databaseFile, 'latin1'), new RegExp(`^${serial} hello\n`, 'm'));
    const entries = await readdir(ca.folder.path);
    assert.ok(!entries.some((entry) => entry.startsWith('.new_')), entries.join());
    const requestFile = ca.folder.file('hello.req');
    const elsewhere = { ...ca.files(), databaseFile: ca.folder.file('nowhere/database') };
    const options = { requestFile, folder: ca.folder.path, days: null, now: ca.now };
    const before = await readFile(file, 'latin1');
    await assertRefused(sign({ ...elsewhere, ...options }), 'FILE_UNWRITABLE', /ENOENT/);
    assert.equal(await readFile(file, 'latin1'), before);
  });
});

describe('a request is not signed', () => {
  it('for a policy that is larger than that of the authority, or of one above it', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd({ memory: 512 }));
    for (const [limits, message] of [
      [
        { memory: 513 },
        /^the policy of tenant:big: would allow 513 MiB of memory, but that of tenant: above it allows 512/,
      ],
      [{ memory: 512, unikernels: 17n }, /would allow 17 unikernels, but .* allows 16/],
      [{ memory: 512, cpuids: [0, 2] }, /would allow the CPU 2, but .* only the CPUs 0-1/],
      [{ memory: 512, bridges: ['other'] }, /would allow the bridge other, but .* service/],
      [{ memory: 512, block: 101 }, /would allow 101 MiB of block storage/],
    ] as const)
      await assertRefused(ca.issue('big', policyAdd(limits), 'tenant'), 'POLICY_CONFLICT', message);
    // In the order in which the original looks.
    const all = policyAdd({ memory: 513, unikernels: 17n, cpuids: [2], bridges: ['other'] });
    await assertRefused(ca.issue('big', all, 'tenant'), 'POLICY_CONFLICT', /17 unikernels/);
    await ca.issue('sub', policyAdd({ memory: 512 }), 'tenant');
    await assertRefused(
      ca.issue('big', policyAdd({ memory: 513 }), 'sub'),
      'POLICY_CONFLICT',
      /^the policy of tenant:sub:big: .* that of tenant:sub: above it/,
    );
    await ca.issue('same', policyAdd({ memory: 512 }), 'sub');
  });

  it('for a policy that nobody could use', async () => {
    await using ca = await SampleAuthority.make();
    for (const [limits, message] of [
      [{ unikernels: 0n }, /unikernels/],
      [{ cpuids: [] }, /at least one CPU/],
      [{ memory: 16 }, /more than 16 MiB/],
      [{ block: -1 }, /blockMib/],
    ] as const)
      await assertRefused(ca.issue('tenant', policyAdd(limits)), 'POLICY_INVALID', message);
    await ca.issue('tenant', policyAdd({ unikernels: 2n ** 62n - 1n, memory: 17, block: 0 }));
  });

  it('for a unikernel that a policy above it does not allow', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd({ memory: 64 }));
    const nets = [{ name: 'service', bridge: 'other', mac: null }];
    for (const [changes, message] of [
      [{ memory: 65 }, /^the policy of tenant: allows 64 MiB of memory; 65 MiB were requested/],
      [{ cpuids: [7] }, /allows the CPUs 0-1; 7 was requested/],
      [{ nets }, /allows the bridge service; other was requested/],
    ] as const) {
      const command = create(changes);
      await assertRefused(ca.issue('hello', command, 'tenant'), 'POLICY_EXCEEDED', message);
      await ca.issue('hello', command);
    }
    const negative = create({ memory: -1 });
    await assertRefused(ca.issue('hello', negative), 'MEMORY_INVALID', /-1 were asked for/);
    const nets2 = [{ name: 'service', bridge: null, mac: null }];
    await ca.issue('hello', create({ memory: 64, nets: nets2 }), 'tenant');
  });

  it('under a name that none can have', async () => {
    await using ca = await SampleAuthority.make();
    await assertRefused(ca.issue('a:b', INFO), 'NAME_INVALID', /one label; this one has a colon/);
    await assertRefused(ca.issue('a_b', INFO), 'NAME_INVALID', /make no name/);
    await assertRefused(ca.issue(':', policyAdd()), 'NAME_INVALID', /one label/);
    await assertRefused(ca.issue('.', create()), 'NAME_INVALID', /under a name, not a path/);
    await ca.issue('.', INFO);
    await ca.issue(':', INFO);
    await ca.issue('*.example', null);
  });

  it('by who is no authority, or has another key', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('hello', INFO);
    await ca.issue('tenant', policyAdd());
    await assertRefused(
      ca.issue('x', INFO, 'hello'),
      'AUTHORITY_INVALID',
      /not that of an authority/,
    );
    await assertRefused(
      ca.issue('x', INFO, 'server'),
      'AUTHORITY_INVALID',
      /not that of an authority/,
    );
    const { databaseFile, folder, now } = ca;
    const rest = { databaseFile, folder: folder.path, days: null, now };
    const requestFile = folder.file('hello.req');
    const mixed = { ...ca.files(), keyFile: ca.files('tenant').keyFile };
    const message = /the key is not that of the authority CN=ca/;
    await assertRefused(sign({ ...mixed, ...rest, requestFile }), 'KEY_MISMATCH', message);
    for (const [at, why] of [
      [now + 3651 * DAY_MS, /expired at/],
      [now - 11_000, /is valid from/],
    ] as const)
      await assertRefused(
        sign({ ...ca.files(), ...rest, requestFile, now: at }),
        'AUTHORITY_INVALID',
        why,
      );
  });

  it('when its files are others than they should be', async () => {
    await using ca = await SampleAuthority.make();
    const good = await ca.request('hello', INFO);
    const { databaseFile, folder, now } = ca;
    const options = { ...ca.files(), databaseFile, folder: folder.path, days: null, now };
    const damaged = folder.file('damaged');
    await writeFile(damaged, (await readFile(good, 'latin1')).replace('MIG', 'MIH'));
    const { certificateFile, keyFile } = options;
    const signing = async (requestFile: string, files = {}): Promise<unknown> =>
      await sign({ ...options, requestFile, ...files });
    await assertRefused(signing(damaged), 'REQUEST_MALFORMED', /cannot be signed/);
    await assertRefused(signing(certificateFile), 'REQUEST_MALFORMED', /CERTIFICATE REQUEST/);
    await assertRefused(
      signing(folder.file('none')),
      'FILE_UNREADABLE',
      /none cannot be read: ENOENT/,
    );
    const swapped = { certificateFile: good };
    await assertRefused(signing(good, swapped), 'CERTIFICATE_INVALID', /hello\.req/);
    await assertRefused(signing(good, { keyFile: good }), 'KEY_INVALID', /no private key/);
    await writeFile(damaged, (await readFile(good, 'latin1')).repeat(2));
    await assertRefused(signing(damaged), 'REQUEST_MALFORMED', /several requests/);
    assert.equal((await readCertificates(certificateFile)).length, 1);
    assert.ok((await readFile(keyFile, 'latin1')).length > 0);
    assert.match(await readFile(databaseFile, 'latin1'), /^\S+ server\n$/);
  });
});
