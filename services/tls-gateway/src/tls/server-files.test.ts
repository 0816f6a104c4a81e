import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { mint, pemOf } from '../testing/mint.ts';
import { anchorProblem, readAnchor, readServerIdentity } from './server-files.ts';

const now = Date.now();
const root = mint('ca', null, { isAuthority: true });
const server = mint('server', root);

describe('the files of the endpoint', () => {
  it('are an authority, a certificate and its key', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('ca'), pemOf('CERTIFICATE', root.der));
    await writeFile(folder.file('cert'), pemOf('CERTIFICATE', server.der, root.der));
    await writeFile(folder.file('key'), server.keyPem);
    const anchor = await readAnchor(folder.file('ca'), now);
    assert.equal(Buffer.compare(anchor.der, root.der), 0);
    assert.equal(anchorProblem(anchor, now), null);
    const files = { certificate: folder.file('cert'), key: folder.file('key') };
    const { certificates } = await readServerIdentity(files);
    assert.equal(certificates.match(/BEGIN CERTIFICATE/g)?.length, 2);
  });

  it('that are wrong are told of in one sentence', async () => {
    await using folder = await TemporaryFolder.make();
    const file = folder.file('file');
    for (const [content, message] of [
      ['', /^CA: .* has no -----BEGIN CERTIFICATE-----/],
      [pemOf('CERTIFICATE', root.der, server.der), /^CA: .* holds several certificates/],
      [pemOf('CERTIFICATE', server.der), /^CA: the certificate CN=server.*authority/],
      [pemOf('CERTIFICATE', root.der.subarray(0, 99)), /^CA: .*DER/],
    ] as const) {
      await writeFile(file, content);
      await assert.rejects(readAnchor(file, now), { name: 'StartError', message });
    }
    const missing = folder.file('missing');
    await assert.rejects(readAnchor(missing, now), {
      name: 'StartError',
      message: /^CA: .*missing/,
    });
    await writeFile(file, pemOf('CERTIFICATE', server.der));
    const key = folder.file('key');
    for (const [content, message] of [
      [
        mint('x', null).keyPem,
        /^KEY: the key in .*key is not that of the first certificate in .*file$/,
      ],
      ['nothing', /^KEY: .* holds no private key in PEM/],
    ] as const) {
      await writeFile(key, content);
      const identity = readServerIdentity({ certificate: file, key });
      await assert.rejects(identity, { name: 'StartError', message });
    }
  });

  it('may have an authority that has expired, of which nobody can be let in', async () => {
    await using folder = await TemporaryFolder.make();
    const old = mint('ca', null, { isAuthority: true, notAfter: now - 60_000 });
    await writeFile(folder.file('ca'), pemOf('CERTIFICATE', old.der));
    const anchor = await readAnchor(folder.file('ca'), now);
    assert.match(anchorProblem(anchor, now)?.message ?? '', /CN=ca/);
  });
});
