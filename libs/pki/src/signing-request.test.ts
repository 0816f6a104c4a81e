import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { concatenate, der, encodeExtension, TAG, type WireCommand } from '@albatross/wire';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parseCommonName } from './common-name.ts';
import { IssueError } from './issue-error.ts';
import { KEY_TYPES } from './key-type.ts';
import { objectIdentifier } from './object-identifier.ts';
import { readPemOf } from './pem.ts';
import { writeRequestFile } from './request-file.ts';
import { buildSigningRequest, readSigningRequest } from './signing-request.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';
import { recordedKey, recordedRequest, recordedRequests } from './testing/recorded-requests.ts';
import { signedSequence } from './testing/signed-sequence.ts';
import { writePem } from './write-pem.ts';

const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };

/** What the original's client made, and what was made of the same key by ours. */
async function both(name: string): Promise<readonly [Buffer, Buffer]> {
  const { der: theirs } = recordedRequest(name);
  const { command, subject } = readSigningRequest(theirs);
  const commonName = parseCommonName(subject.commonName ?? '');
  return [
    Buffer.from(theirs),
    Buffer.from(await buildSigningRequest(commonName, command, recordedKey(name))),
  ];
}

/** What of a request was signed. */
function signedPart(request: Uint8Array): Uint8Array {
  return signedSequence(request).content;
}

describe('a signing request', () => {
  it('is byte for byte what the original makes of the same key', async () => {
    for (const name of [
      'info-hello',
      'info-hello-rsa2048',
      'info-hello-rsa4096',
      'create-full',
      'policy-path',
      'tenant',
      'tenant-2bridges',
      'tenant-noblock',
      'tenant-rsa2048',
      'sub-too-big',
    ]) {
      const [theirs, ours] = await both(name);
      assert.ok(theirs.equals(ours), name);
      const { pem } = recordedRequest(name);
      assert.equal(writePem('CERTIFICATE REQUEST', ours), pem);
    }
  });

  it('is so up to the signature where that is another each time', async () => {
    for (const name of ['info-hello-p256', 'info-hello-p384', 'info-hello-p521', 'tenant-p256']) {
      const [theirs, ours] = await both(name);
      assert.deepEqual(signedPart(ours), signedPart(theirs), name);
    }
  });

  for (const type of KEY_TYPES)
    it(`of a key of the type ${type} is one for OpenSSL, and for us`, async () => {
      const key = recordedKey(`authority-${type}`);
      for (const command of [INFO, null]) {
        const request = await buildSigningRequest(parseCommonName('hello'), command, key);
        const pem = writePem('CERTIFICATE REQUEST', request);
        const { status, output } = await openssl(['req', '-verify', '-noout', '-subject'], pem);
        assert.deepEqual([status, /verify OK/.test(output)], [0, true], output);
        assert.match(output, /subject=CN = hello/);
        const read = readSigningRequest(request);
        assert.deepEqual(read.command, command);
        assert.deepEqual(read.publicKey, key.publicKey);
        assert.equal(read.subject.commonName, 'hello');
      }
    });

  it('of the original is read, whatever it asks for', () => {
    const requests = recordedRequests();
    assert.equal(requests.length, 67);
    const kinds = requests.map((request) => readSigningRequest(request.der).command?.kind);
    assert.equal(new Set(kinds).size, 19);
    assert.ok(!kinds.includes(undefined));
  });
});

describe('a signing request of others', () => {
  const open = async (args: readonly string[]): Promise<Uint8Array> => {
    await using folder = await TemporaryFolder.make();
    const files = ['-keyout', folder.file('key'), '-out', folder.file('req')];
    const { status, output } = await openssl(['req', '-new', '-nodes', ...files, ...args]);
    assert.equal(status, 0, output);
    const text = await readFile(folder.file('req'), 'latin1');
    return readPemOf('CERTIFICATE REQUEST', text, 'req')[0] ?? new Uint8Array();
  };

  it('is one of a server, whatever else it asks for', async () => {
    const asked = [
      '-addext',
      'subjectAltName=DNS:a.example',
      '-addext',
      'basicConstraints=CA:TRUE',
    ];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha256'];
    for (const args of [['-newkey', 'rsa:3072', '-sha512'], curve]) {
      const request = await open([...args, '-subj', '/O=a/CN=first/CN=second', ...asked]);
      const { command, subject } = readSigningRequest(request);
      assert.deepEqual([command, subject.commonName], [null, 'second']);
    }
  });

  it('is refused with a key or a signature that is not accepted', async () => {
    const subject = ['-subj', '/CN=a'];
    const small = await open(['-newkey', 'rsa:1024', ...subject]);
    await assertRefused(
      () => readSigningRequest(small),
      'REQUEST_MALFORMED',
      /an RSA key of 1024 bits/,
    );
    const other = await open(['-newkey', 'ed448', ...subject]);
    await assertRefused(() => readSigningRequest(other), 'REQUEST_MALFORMED', /a key for ed448/);
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'];
    const koblitz = await open([...curve, ...subject]);
    await assertRefused(() => readSigningRequest(koblitz), 'REQUEST_MALFORMED', /curve secp256k1/);
    const weak = await open(['-newkey', 'rsa:2048', '-sha1', ...subject]);
    await assertRefused(() => readSigningRequest(weak), 'REQUEST_MALFORMED', /its signature/);
  });

  it('is refused with two commands, or a wrong one, though its key signed it', async () => {
    const key = recordedKey('info-hello');
    const template = signedSequence(recordedRequest('info-hello').der);
    const extension = (value: Uint8Array): der.Encoded =>
      der.sequence([objectIdentifier('1.3.6.1.4.1.49836.42'), der.octetString(value)]);
    const attribute = (values: readonly der.Encoded[]): der.Encoded =>
      der.sequence([objectIdentifier('1.2.840.113549.1.9.14'), der.sequence(values, TAG.set)]);
    const info = encodeExtension(INFO);
    for (const [attributes, message] of [
      [[attribute([der.sequence([extension(info), extension(info)])])], /one extension/],
      [
        [
          attribute([der.sequence([extension(info)])]),
          attribute([der.sequence([extension(info)])]),
        ],
        /one extensionRequest/,
      ],
      [[attribute([der.sequence([extension(info)]), der.sequence([extension(info)])])], /the end/],
      [[attribute([])], /SEQUENCE/],
      [[attribute([der.sequence([extension(Uint8Array.of(5, 0))])])], /SEQUENCE, found NULL/],
    ] as const) {
      const request = template.signAgain(key, attributes);
      await assertRefused(() => readSigningRequest(request), 'REQUEST_MALFORMED', message);
    }
    assert.deepEqual(
      readSigningRequest(template.signAgain(key, [attribute([der.sequence([extension(info)])])]))
        .command,
      INFO,
    );
  });

  it('is refused with the key of somebody else', async () => {
    const { signAgain } = signedSequence(recordedRequest('info-hello').der);
    const request = signAgain(recordedKey('tenant'), []);
    const message = /its signature is not by its own key/;
    await assertRefused(() => readSigningRequest(request), 'REQUEST_MALFORMED', message);
  });

  it('that is not as it was made is refused, and nothing else happens', () => {
    const request = recordedRequest('create-full').der;
    fc.assert(
      fc.property(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(request);
        changed[at] = (changed[at] ?? 0) ^ change;
        assert.throws(() => readSigningRequest(changed), IssueError);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => readSigningRequest(bytes), IssueError);
      }),
    );
    const behind = concatenate([request, Uint8Array.of(0)]);
    assert.throws(() => readSigningRequest(behind), IssueError);
  });
});

describe('the file of a signing request', () => {
  it('is called by its name, and so is the key', async () => {
    await using folder = await TemporaryFolder.make();
    const asked = { commonName: 'hello', command: INFO, folder: folder.path } as const;
    const { requestFile, keyFile } = await writeRequestFile({ ...asked, keyType: null });
    assert.deepEqual([requestFile, keyFile], [folder.file('hello.req'), folder.file('hello.key')]);
    const first = await readFile(requestFile, 'utf8');
    await writeRequestFile({ ...asked, keyType: 'ed25519' });
    assert.equal(await readFile(requestFile, 'utf8'), first);
    await assertRefused(
      writeRequestFile({ ...asked, keyType: 'p256' }),
      'KEY_MISMATCH',
      /not p256/,
    );
  });

  it('leads nowhere else', async () => {
    await using folder = await TemporaryFolder.make();
    for (const commonName of ['', '../a', 'a/b', '-a', 'a b', 'a\nb', 'a'.repeat(65), 'ä'])
      await assertRefused(
        writeRequestFile({ commonName, command: INFO, folder: folder.path, keyType: null }),
        'NAME_INVALID',
        /a common name has 1 to 64 letters/,
      );
  });
});
