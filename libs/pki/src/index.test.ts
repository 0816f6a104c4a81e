import { readChain } from '@albatross/wire';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  PemError,
  readCertificate,
  readPem,
  readPemOf,
  readRevocationLists,
  REFUSAL_REASONS,
  Revocations,
  verifyChain,
  type Certificate,
  type ChainQuestion,
  type ChainVerdict,
  type Refusal,
  type RefusalReason,
  type RevocationList,
  type RevocationStatus,
  type VerifiedChain,
} from './index.ts';
import { listOf } from './testing/lists.ts';
import { authority, leaf, NOW } from './testing/parties.ts';
import { RECORDED_AT } from './testing/recorded-chains.ts';

function vector(name: string): string {
  return readFileSync(new URL(`../vectors/${name}.pem`, import.meta.url), 'latin1');
}

describe('who has this package', () => {
  it('learns what a client asks for from the certificates that it shows', () => {
    const [der = new Uint8Array()] = readPemOf('CERTIFICATE', vector('authorities/ed25519'), 'ca');
    const anchor: Certificate = readCertificate(der);
    const sent = readPem(vector('leaves/info-hello-under-sub')).map(({ bytes }) => bytes);
    const question: ChainQuestion = {
      sent,
      anchor,
      now: RECORDED_AT,
      revocations: new Revocations([]),
    };
    const verdict: ChainVerdict = verifyChain(question);
    assert.ok(verdict.kind === 'verified');
    const { path }: VerifiedChain = verdict;
    const { name, command, policies } = readChain(path);
    assert.deepEqual([name, command.kind], ['tenant:sub:hello', 'unikernel-info']);
    assert.deepEqual(
      policies.map((one) => one.path),
      ['tenant:', 'tenant:sub:'],
    );
  });

  it('refuses a client whose certificate was taken back, and can say why', async () => {
    const root = await authority('root', null);
    const hello = await leaf('hello', root);
    const file = Buffer.from(await listOf(root, { revoked: [hello] }));
    const lists: readonly RevocationList[] = readRevocationLists(file, 'root.crl');
    const revocations = new Revocations(lists);
    const status: RevocationStatus = revocations.statusOf(hello.certificate, root.certificate);
    assert.equal(status, 'revoked');
    const { certificate: anchor } = root;
    const refusal = verifyChain({ sent: [hello.der], anchor, now: NOW, revocations }) as Refusal;
    const reason: RefusalReason = refusal.reason;
    assert.equal(REFUSAL_REASONS[reason], 'The issuer of the certificate has revoked it.');
    const { serial } = hello.certificate;
    assert.equal(
      refusal.message,
      `the certificate CN=hello, ${serial}, of CN=root was revoked by its issuer`,
    );
  });

  it('gets one kind of error for a file that is not what it should be', () => {
    assert.throws(() => readPemOf('CERTIFICATE', '', 'ca.pem'), PemError);
    assert.throws(() => readRevocationLists(new Uint8Array(), 'ca.crl'), PemError);
  });
});
