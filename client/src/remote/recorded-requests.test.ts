import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CertificateDesk, refusalOf } from '../testing/certificate-desk.ts';
import { recordedExtension } from '../testing/recorded-replies.ts';

const PKI = new URL('../../../libs/pki/vectors/', import.meta.url);

/** What the original was asked for, word for word; which of its requests came of it, and for whom. */
const POLICIES = [
  ['tenant', 'tenant', '--mem=1024 --cpu=0 --cpu=1 --block=100 --bridge=service tenant 16'],
  ['tenant-noblock', 'tenant2', '--mem=256 --cpu=0 tenant2 4'],
  [
    'tenant-2bridges',
    'tenant3',
    '--mem=512 --cpu=0 --cpu=1 --cpu=3 --block=10 --bridge=service --bridge=other tenant3 1',
  ],
  ['sub-of-tenant', 'sub', '--mem=128 --cpu=0 --block=20 --bridge=service sub 2'],
] as const;

/** Likewise, of what the keys were not kept. */
const COMMANDS = [
  ['console-count', 'hello', 'console --csr --count=20 hello'],
  ['console-count', 'hello', 'console --csr hello'],
  ['console-since', 'hello', 'console --csr --since=2026-01-02T03:04:05Z hello'],
  ['stats-root', 'hello', 'stats --csr --name=hello'],
  ['stats-root', '.', 'stats --csr'],
  ['block-info-name', 'hello-data', 'block --csr --name=hello-data'],
  ['block-info-name', '.', 'block --csr'],
  ['create-block', 'hello-data', 'create-block --csr hello-data 1'],
  ['set-block-level0', 'hello-data', 'set-block --csr --compression-level=0 hello-data content'],
  ['set-block-level9', 'hello-data', 'set-block --csr --compression-level=9 hello-data content'],
  ['set-block-level9', 'hello-data', 'set-block --csr hello-data content'],
  ['dump-block-level0', 'hello-data', 'dump-block --csr --compression-level=0 hello-data'],
  ['dump-block-level9', 'hello-data', 'dump-block --csr hello-data'],
  ['destroy-block-nonexisting', 'hello-data', 'destroy-block --csr hello-data'],
  ['policy-path', '.', 'policy --csr'],
  ['policy-path', '.', 'policy --csr --path .'],
  ['inactive-consoles-root', '.', 'inactive-consoles --csr'],
] as const;

describe('a request of ours is what the original makes of the same words', () => {
  let desk: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await writeFile(desk.file('content'), 'content');
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  it('byte for byte, with the same key', async () => {
    for (const [recorded, commonName, words] of POLICIES) {
      await copyFile(new URL(`keys/${recorded}.key`, PKI), desk.file(`${commonName}.key`));
      const ended = await desk.albatross('add-policy', '--csr', ...words.split(' '));
      assert.deepEqual([ended.status, ended.stderr], [0, ''], words);
      const theirs = await readFile(new URL(`requests/${recorded}.req`, PKI), 'latin1');
      assert.equal(await readFile(desk.file(`${commonName}.req`), 'latin1'), theirs, words);
    }
  });

  it('in name and extension, with another key', async () => {
    for (const [recorded, commonName, words] of COMMANDS) {
      const { status, stderr } = await desk.albatross(...words.split(' '));
      assert.equal(status, 0, words);
      assert.match(stderr, words.startsWith('set-block') ? /^the content is not in .*\n$/ : /^$/);
      const request = derOf(await readFile(desk.file(`${commonName}.req`), 'latin1'));
      assert.ok(request.includes(Buffer.from(recordedExtension(recorded))), words);
      assert.ok(request.includes(subjectOf(commonName)), words);
    }
  });

  it('but it is not made for what no server takes, nor for a path that only certificates give', async () => {
    for (const [words, message] of [
      ['remove-policy --csr --path=tenant', /^124 no server removes a policy.* \[USAGE_INVALID\]$/],
      ['stats-add --csr --name=hello 4242', /^124 no server samples .* \[USAGE_INVALID\]$/],
      ['stats-remove --csr --name=hello', /^124 no server samples .* \[USAGE_INVALID\]$/],
      ['policy --csr --path=tenant', /^124 .*instead of "tenant:" leave it out/],
      ['inactive-consoles --csr --path=tenant', /^124 .*instead of "tenant:" leave it out/],
      ['block --csr --name=tenant:', /^124 .*instead of "tenant:" leave it out/],
      ['stats --csr --name=tenant:hello', /^124 .*instead of "tenant:hello" give "hello" alone/],
      ['destroy-block --csr .', /^124 .* "\." is the path of the certificates, and no name/],
      ['get --csr hello out', /^124 with --csr nothing is saved to out; /],
      ['destroy-block --csr tenant:data', /^124 .*instead of "tenant:data" give "data" alone/],
      ['console --csr tenant:', /^124 another host shows one console at a time.*NAME_INVALID/],
      ['add-policy --csr foo:bar 1', /^124 .*instead of "foo:bar:"/],
      ['add-policy --csr : 1', /^124 the policy of the root .* \[USAGE_INVALID\]$/],
      ['add-policy --csr foo 1 --mem 16', /^124 a policy of 16 MiB .* \[POLICY_INVALID\]$/],
      ['create-block --csr data 0', /^124 a block device has .* \[BLOCK_SIZE_INVALID\]$/],
      ['set-block --csr data nothing', /^124 nothing cannot be read.* \[FILE_UNREADABLE\]$/],
    ] as const)
      assert.match(await refusalOf(desk, ...words.split(' ')), message, words);
  });

  it('for a block device has no content, and says so', async () => {
    const words = ['create-block', '--csr', 'full', '1', '--data', 'content'];
    const { status, stderr } = await desk.albatross(...words);
    assert.equal(status, 0);
    assert.match(stderr, /^the request is for the block device alone[^\n]*\n$/);
    const request = derOf(await readFile(desk.file('full.req'), 'latin1'));
    assert.ok(request.includes(Buffer.from(recordedExtension('create-block'))));
    await writeFile(desk.file('large'), new Uint8Array(1024 * 1024 + 1));
    const large = await refusalOf(desk, 'create-block', '--csr', 'more', '1', '--data', 'large');
    assert.match(large, /^117 large has 1048577 bytes.* \[BLOCK_OVERFLOW\]$/);
  });
});

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
}

/** `AttributeTypeAndValue` of a common name, as UTF8String. */
function subjectOf(commonName: string): Buffer {
  const head = Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, commonName.length]);
  return Buffer.concat([head, Buffer.from(commonName)]);
}
