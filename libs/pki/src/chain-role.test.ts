import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificateRefusal, type Role } from './certificate-rules.ts';
import { OID } from './object-identifier.ts';
import { keyTypeText } from './public-key.ts';
import { Revocations } from './revocations.ts';
import { constraints, purposes, usage } from './testing/extension-values.ts';
import { listOf, readLists } from './testing/lists.ts';
import { authority, DAY_MS, leaf, NOW, type Party } from './testing/parties.ts';
import { recordedCertificate } from './testing/recorded-chains.ts';
import { verifyChain } from './verify-chain.ts';

const root = await authority('root', null);
const tenant = await authority('tenant', root);
const client = await leaf('hello', tenant);
const server = await leaf('host', root, {
  change: { purposes: purposes([OID.serverAuth]) },
});

function reasonFor(
  role: Role,
  sent: readonly Party[],
  revocations = new Revocations([]),
  anchor = root,
): string {
  const ders = sent.map(({ der }) => der);
  const question = { sent: ders, anchor: anchor.certificate, now: NOW, revocations, role };
  const verdict = verifyChain(question);
  return verdict.kind === 'verified' ? `${verdict.path.length} verified` : verdict.reason;
}

describe('a chain is verified for', () => {
  it('a client, a server or an authority, and each only as what it is', () => {
    assert.equal(reasonFor('client', [client, tenant]), '2 verified');
    assert.equal(reasonFor('server', [client, tenant]), 'extended-key-usage');
    assert.equal(reasonFor('authority', [client, tenant]), 'not-a-ca');
    assert.equal(reasonFor('client', [server]), 'extended-key-usage');
    assert.equal(reasonFor('server', [server]), '1 verified');
    assert.equal(reasonFor('authority', [server]), 'not-a-ca');
    assert.equal(reasonFor('client', [tenant]), 'ca-as-leaf');
    assert.equal(reasonFor('server', [tenant]), 'ca-as-leaf');
    assert.equal(reasonFor('authority', [tenant]), '1 verified');
  });

  it('an authority that somebody could be below', async () => {
    const line = [root];
    for (const depth of Array.from({ length: 9 }, (_, index) => `${index + 1}`))
      line.unshift(await authority(`at${depth}`, line[0] ?? root));
    assert.equal(reasonFor('authority', line.slice(1, -1)), '8 verified');
    assert.equal(reasonFor('authority', line.slice(0, -1)), 'path-too-long');
    const last = await authority('last', root, {
      change: { constraints: constraints(true, { pathLength: 0 }) },
    });
    assert.equal(reasonFor('authority', [last]), '1 verified');
    assert.equal(reasonFor('authority', [await authority('below', last), last]), 'path-length');
  });

  it('an authority that was not revoked, and whose key may sign', async () => {
    const lists = readLists(await listOf(root, { revoked: [tenant] }));
    assert.equal(reasonFor('authority', [tenant], new Revocations(lists)), 'revoked');
    const other = await authority('other', root, {
      change: { usage: usage('digitalSignature') },
    });
    assert.equal(reasonFor('authority', [other]), 'key-usage');
    assert.equal(reasonFor('authority', [tenant], undefined, other), 'key-usage');
  });
});

it('one certificate alone is judged by what it says', () => {
  assert.equal(certificateRefusal(client.certificate, 'client', NOW), null);
  const later = certificateRefusal(client.certificate, 'client', NOW + 2 * DAY_MS);
  assert.equal(later?.reason, 'expired');
  assert.equal(certificateRefusal(tenant.certificate, 'authority', NOW), null);
});

it('the type of a key is called as it is asked for', () => {
  for (const type of ['rsa2048', 'rsa4096', 'ed25519', 'p256', 'p384', 'p521'])
    assert.equal(keyTypeText(recordedCertificate(`authorities/${type}`).publicKey.der), type);
});
