import { readChain } from '@albatross/wire';
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { readCertificate, type Certificate } from './certificate.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import { Revocations } from './revocations.ts';
import {
  chainsIn,
  RECORDED_AT,
  recordedCertificate,
  recordedChain,
} from './testing/recorded-chains.ts';
import { verifyChain, type ChainVerdict } from './verify-chain.ts';

const KEY_TYPES = ['ed25519', 'p256', 'p384', 'p521', 'rsa2048', 'rsa4096'];
const MINUTE_MS = 60_000;

function verdictOn(
  sent: readonly Uint8Array[],
  { authority = 'ed25519', now = RECORDED_AT } = {},
): ChainVerdict {
  const anchor = recordedCertificate(`authorities/${authority}`);
  return verifyChain({ sent, anchor, now, revocations: new Revocations([]) });
}

function pathOf(verdict: ChainVerdict): readonly Certificate[] {
  assert.ok(verdict.kind === 'verified', `refused: ${JSON.stringify(verdict)}`);
  return verdict.path;
}

function reasonOf(verdict: ChainVerdict): string {
  return verdict.kind === 'refused' ? verdict.reason : 'none';
}

describe('what the original issued', () => {
  it('is verified, whatever the type of its keys', () => {
    const chains = chainsIn('leaves');
    assert.equal(chains.length, 67);
    for (const { name, sent } of chains)
      assert.deepEqual(
        pathOf(verdictOn(sent)).map(({ der }) => der),
        sent,
        name,
      );
  });

  it('is verified as its client sent it, as long as that is valid', () => {
    const chains = chainsIn('sent');
    assert.equal(chains.length, 50);
    for (const { name, sent } of chains) {
      assert.equal(pathOf(verdictOn(sent)).length, 2, name);
      const at = (now: number): string => reasonOf(verdictOn(sent, { now }));
      assert.equal(at(RECORDED_AT + 10 * MINUTE_MS), 'expired', name);
      assert.equal(at(RECORDED_AT - 10 * MINUTE_MS), 'not-yet-valid', name);
    }
  });

  it('is for the names that it was asked for', () => {
    const names = new Map<string, number>();
    for (const { name, sent } of [...chainsIn('leaves'), ...chainsIn('sent')]) {
      const request = readChain(pathOf(verdictOn(sent)));
      names.set(request.name, (names.get(request.name) ?? 0) + 1);
      assert.equal(request.policies.length, sent.length - 1, name);
    }
    assert.deepEqual(Object.fromEntries(names), {
      'tenant:': 10,
      'tenant:crash': 2,
      'tenant:hello': 67,
      'tenant:hello-data': 14,
      'tenant:nonexisting': 12,
      'tenant:sub:hello': 2,
      'tenant:tenant': 4,
      'tenant:toobig': 2,
      hello: 4,
    });
  });

  it('is refused with any other authority of the same name', () => {
    for (const authority of KEY_TYPES.slice(1)) {
      const verdict = verdictOn(recordedChain('leaves/info-hello'), { authority });
      assert.equal(reasonOf(verdict), 'unknown-issuer', authority);
    }
  });

  it('is no certificate of a client where it is that of a server or of an authority', () => {
    for (const authority of KEY_TYPES)
      assert.equal(
        reasonOf(verdictOn(recordedChain(`servers/${authority}`), { authority })),
        'extended-key-usage',
      );
    for (const { name, sent } of chainsIn('policies'))
      assert.equal(reasonOf(verdictOn(sent)), 'ca-as-leaf', name);
    for (const authority of KEY_TYPES)
      assert.equal(
        reasonOf(verdictOn(recordedChain(`authorities/${authority}`), { authority })),
        'ca-as-leaf',
      );
  });

  it('is not verified without what is between it and the authority', () => {
    const [leaf, sub, tenant] = recordedChain('leaves/info-hello-under-sub');
    assert.ok(leaf !== undefined && sub !== undefined && tenant !== undefined);
    const verdict = verdictOn([leaf, sub]);
    assert.equal(reasonOf(verdict), 'unknown-issuer');
    assert.ok(verdict.kind === 'refused');
    assert.equal(verdict.certificate?.subject.text, 'CN=sub');
    assert.equal(pathOf(verdictOn([leaf, tenant, sub])).length, 3);
  });

  it('has keys whose identifiers are what ours would be', () => {
    for (const { name, sent } of chainsIn('leaves')) {
      const path = sent.map(readCertificate);
      for (const [index, { subjectKeyId, publicKey, authorityKeyId }] of path.entries()) {
        assert.deepEqual(subjectKeyId, keyIdentifierOf(publicKey.der), name);
        const issuer = path[index + 1] ?? recordedCertificate('authorities/ed25519');
        assert.deepEqual(authorityKeyId, keyIdentifierOf(issuer.publicKey.der), name);
      }
    }
  });

  it('says to us what it says to Node', () => {
    const folders = ['authorities', 'servers', 'policies', 'leaves', 'sent'];
    for (const { name, sent } of folders.flatMap(chainsIn))
      for (const der of sent) {
        const ours = readCertificate(der);
        const node = new X509Certificate(der);
        assert.equal(ours.subject.text, node.subject, name);
        assert.equal(ours.issuer.text, node.issuer, name);
        assert.equal(BigInt(`0x${ours.serial}`), BigInt(`0x${node.serialNumber}`), name);
        assert.equal(ours.notBefore, Date.parse(node.validFrom), name);
        assert.equal(ours.notAfter, Date.parse(node.validTo), name);
        assert.equal(ours.basicConstraints?.isAuthority, node.ca, name);
        assert.deepEqual(
          ours.extendedKeyUsage === null ? undefined : [...ours.extendedKeyUsage],
          node.keyUsage,
          name,
        );
        assert.deepEqual(
          ours.publicKey.der,
          node.publicKey.export({ type: 'spki', format: 'der' }),
          name,
        );
      }
  });
});
