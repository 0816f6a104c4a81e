import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCertificate } from './certificate.ts';
import {
  KNOWN_AUTHORITIES_MAX,
  KNOWN_AUTHORITY_BYTES_MAX,
  KnownAuthorities,
} from './known-authorities.ts';
import { Revocations } from './revocations.ts';
import { listOf, readLists } from './testing/lists.ts';
import { authority, DAY_MS, leaf, NOW, type Party } from './testing/parties.ts';
import { verifyChain, type ChainQuestion, type ChainVerdict } from './verify-chain.ts';

const root = await authority('root', null);
const tenant = await authority('tenant', root);
const hello = await leaf('hello', tenant);

function verdictOn(parties: readonly Party[], question: Partial<ChainQuestion>): ChainVerdict {
  return verifyChain({
    // As they come out of every handshake anew.
    sent: parties.map(({ der }) => Uint8Array.from(der)),
    anchor: root.certificate,
    now: NOW,
    revocations: new Revocations([]),
    ...question,
  });
}

function reasonOf(verdict: ChainVerdict): string {
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
}

/** The tenant is known, for its client was let in. */
function afterOne(): KnownAuthorities {
  const known = new KnownAuthorities();
  assert.equal(verdictOn([hello, tenant], { known }).kind, 'verified');
  assert.notEqual(known.find(tenant.der), null);
  return known;
}

describe('a known authority', () => {
  it('is not read again for the next client', () => {
    const known = afterOne();
    const verdict = verdictOn([hello, tenant], { known });
    assert.ok(verdict.kind === 'verified');
    assert.equal(verdict.path[1], known.find(tenant.der));
  });

  it('has expired when it has, and is revoked when it was', async () => {
    const known = afterOne();
    const now = NOW + 2 * DAY_MS;
    const lists = readLists(await listOf(root, { revoked: [tenant] }));
    assert.equal(reasonOf(verdictOn([hello, tenant], { known, now })), 'expired');
    const revocations = new Revocations(lists);
    assert.equal(reasonOf(verdictOn([hello, tenant], { known, revocations })), 'revoked');
    assert.equal(verdictOn([hello, tenant], { known }).kind, 'verified');
  });

  it('vouches for nothing that it did not sign', async () => {
    const known = afterOne();
    const { keys } = await authority('tenant', root);
    const forged = await leaf('hello', tenant, { signer: keys });
    assert.equal(reasonOf(verdictOn([forged, tenant], { known })), 'bad-signature');
  });

  it('is no other one of its name', async () => {
    const known = afterOne();
    const stranger = await authority('root', null);
    const impostor = await authority('tenant', stranger);
    const client = await leaf('hello', impostor);
    assert.equal(verdictOn([client, impostor], { known }).kind, 'refused');
    assert.equal(known.find(impostor.der), null);
  });

  it('is none that was only sent along', async () => {
    const known = new KnownAuthorities();
    const other = await authority('other', root);
    assert.equal(verdictOn([hello, other, tenant], { known }).kind, 'verified');
    assert.equal(known.find(other.der), null);
    assert.equal(known.find(hello.der), null);
  });

  it('is forgotten for others that were needed later', () => {
    const known = afterOne();
    const all = Array.from({ length: KNOWN_AUTHORITIES_MAX }, (_, n) => stretched(n + 1));
    const [oldest, ...others] = all;
    assert.ok(oldest !== undefined);
    known.remember([oldest]);
    known.remember([tenant.certificate]);
    known.remember(others);
    assert.equal(known.find(oldest.der), null);
    assert.notEqual(known.find(tenant.der), null);
  });

  it('is read each time when it is large', () => {
    const known = new KnownAuthorities();
    const large = stretched(KNOWN_AUTHORITY_BYTES_MAX);
    known.remember([large]);
    assert.equal(known.find(large.der), null);
  });
});

/** The same certificate in more bytes: what is in them matters to nobody here. */
function stretched(bytes: number) {
  const certificate = readCertificate(tenant.der);
  return { ...certificate, der: Buffer.concat([certificate.der, Buffer.alloc(bytes)]) };
}
