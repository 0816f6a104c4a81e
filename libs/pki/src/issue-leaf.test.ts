import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readCertificate } from './certificate.ts';
import { issueLeaf } from './issue-leaf.ts';
import { openIssuer } from './issuer.ts';
import { isOfType, KEY_TYPES } from './key-type.ts';
import { Revocations } from './revocations.ts';
import { readSigningRequest } from './signing-request.ts';
import { assertRefused } from './testing/asserts.ts';
import { recordedRequest } from './testing/recorded-requests.ts';
import { INFO, policyAdd, SampleAuthority } from './testing/sample-authority.ts';
import { verifyChain } from './verify-chain.ts';

describe('a leaf for one command', () => {
  for (const keyType of KEY_TYPES)
    it(`is of a key of its own of the type ${keyType}, and valid for five minutes`, async () => {
      await using ca = await SampleAuthority.make();
      await ca.issue('tenant', policyAdd());
      const { now } = ca;
      const issuer = await openIssuer(ca.files('tenant'), now);
      const leaf = await issueLeaf(issuer, { command: INFO, commonName: 'hello', keyType, now });
      const certificates = leaf.certificates.map((der) => readCertificate(der));
      const [first] = certificates;
      assert.ok(first !== undefined);
      assert.deepEqual(
        certificates.map(({ commonName }) => commonName),
        ['hello', 'tenant'],
      );
      assert.equal(first.notBefore, Math.floor((now - 10_000) / 1000) * 1000);
      assert.equal(first.notAfter, Math.floor((now + 300_000) / 1000) * 1000);
      const key = createPrivateKey(leaf.keyPem);
      assert.ok(isOfType(key, keyType));
      assert.ok(new X509Certificate(leaf.certificatesPem).checkPrivateKey(key));
      const [anchorDer] = [await readFile(ca.files().certificateFile)];
      const anchor = readCertificate(new X509Certificate(anchorDer).raw);
      const question = { sent: leaf.certificates, anchor, now, revocations: new Revocations([]) };
      assert.equal(verifyChain(question).kind, 'verified');
      // Nobody has written it down.
      assert.doesNotMatch(await readFile(ca.databaseFile, 'latin1'), /hello/);
    });

  it('is held against the policies above it', async () => {
    await using ca = await SampleAuthority.make();
    await ca.issue('tenant', policyAdd({ memory: 31 }));
    const { now } = ca;
    const issuer = await openIssuer(ca.files('tenant'), now);
    const { command } = readSigningRequest(recordedRequest('create-default').der);
    assert.ok(command !== null);
    const rest = { commonName: 'hello', keyType: 'ed25519', now } as const;
    const message = /^the policy of tenant: allows 31 MiB of memory; 32 MiB were requested/;
    await assertRefused(issueLeaf(issuer, { command, ...rest }), 'POLICY_EXCEEDED', message);
    const larger = policyAdd({ memory: 32 });
    const why = /^the policy of tenant:hello: would allow 32 MiB/;
    await assertRefused(issueLeaf(issuer, { command: larger, ...rest }), 'POLICY_CONFLICT', why);
    const named = { ...rest, commonName: 'a:b' };
    await assertRefused(issueLeaf(issuer, { command: INFO, ...named }), 'NAME_INVALID', /colon/);
  });

  it('carries an image of what fits into a handshake, and no more', async () => {
    await using ca = await SampleAuthority.make();
    const { now } = ca;
    const issuer = await openIssuer(ca.files(), now);
    const { command } = readSigningRequest(recordedRequest('create-default').der);
    assert.ok(command?.kind === 'unikernel-create');
    const asked = { commonName: 'hello', keyType: 'ed25519', now } as const;
    const withImage = async (length: number) => {
      const image = new Uint8Array(length).fill(7);
      const config = { ...command.config, image };
      return await issueLeaf(issuer, { ...asked, command: { ...command, config } });
    };
    const { certificates } = await withImage(16_777_216 - 1000);
    const [leaf = new Uint8Array()] = certificates;
    assert.ok(leaf.length > 16_776_000);
    assert.equal(readCertificate(leaf).commonName, 'hello');
    const tooLarge = withImage(16_777_216);
    await assertRefused(
      tooLarge,
      'CERTIFICATE_TOO_LARGE',
      /of at most 16777216; an image can also/,
    );
  });
});
