import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalReason } from './refusal.ts';
import { Revocations } from './revocations.ts';
import { reasonOf, verdictOn } from './testing/chain-case.ts';
import { issuerKeyIdOf, usage } from './testing/extension-values.ts';
import { listOf, readLists } from './testing/lists.ts';
import { opensslRefusal } from './testing/openssl-verdict.ts';
import { openssl } from './testing/openssl.ts';
import { authority, DAY_MS, leaf, NOW, type Party } from './testing/parties.ts';

const root = await authority('root', null);
const tenant = await authority('tenant', root);
const hello = await leaf('hello', tenant);
const other = await leaf('other', tenant);
const sent = [hello, tenant];

function judged(lists: readonly string[], chain: readonly Party[] = sent): RefusalReason | null {
  return reasonOf(verdictOn({ anchor: root, sent: chain }, new Revocations(readLists(...lists))));
}

describe('a chain', () => {
  it('is verified without any list, and with lists that are about others', async () => {
    assert.equal(judged([]), null);
    const lists = [await listOf(root, { revoked: [] }), await listOf(tenant, { revoked: [other] })];
    assert.equal(judged(lists), null);
    assert.equal(judged([await listOf(await authority('x', root), { revoked: [hello] })]), null);
  });

  it('is refused when its leaf was revoked', async () => {
    const lists = new Revocations(readLists(await listOf(tenant, { revoked: [other, hello] })));
    const verdict = verdictOn({ anchor: root, sent }, lists);
    assert.ok(verdict.kind === 'refused');
    assert.deepEqual([verdict.reason, verdict.certificate?.commonName], ['revoked', 'hello']);
  });

  it('is refused when an authority in it was revoked, whatever the lists of that say', async () => {
    const sub = await authority('sub', tenant);
    const below = [await leaf('hello', sub), sub, tenant];
    const lists = [
      await listOf(root, { revoked: [tenant] }),
      await listOf(tenant, { revoked: [] }),
      await listOf(sub, { revoked: below.slice(0, 1) }),
    ];
    const verdict = verdictOn({ anchor: root, sent: below }, new Revocations(readLists(...lists)));
    assert.ok(verdict.kind === 'refused');
    assert.deepEqual([verdict.reason, verdict.certificate?.commonName], ['revoked', 'tenant']);
    assert.equal(judged(lists), 'revoked');
  });

  it('is verified when there is a way past what was revoked', async () => {
    const again = await authority('tenant', root, { keys: tenant.keys });
    const lists = [await listOf(root, { revoked: [tenant] })];
    assert.equal(judged(lists, [hello, tenant, again]), null);
    const both = [await listOf(root, { revoked: [tenant, again] })];
    assert.equal(judged(both, [hello, tenant, again]), 'revoked');
  });

  it('does not care for the same serial number from another issuer', async () => {
    const { serial } = hello.certificate;
    const twin = await leaf('twin', root, { serial });
    assert.equal(judged([await listOf(tenant, { revoked: [hello] })], [twin]), null);
    assert.equal(judged([await listOf(root, { revoked: [twin] })]), null);
  });

  it('is judged as OpenSSL does', async (t) => {
    if ((await openssl(['version']).catch(() => null)) === null)
      return t.skip('openssl is not installed');
    const none = { revoked: [] };
    for (const lists of [
      [await listOf(root, none), await listOf(tenant, none)],
      [await listOf(root, none), await listOf(tenant, { revoked: [other] })],
      [await listOf(root, none), await listOf(tenant, { revoked: [hello] })],
      [await listOf(root, { revoked: [tenant] }), await listOf(tenant, none)],
    ]) {
      const chain = { anchor: root.der, sent: sent.map(({ der }) => der), lists };
      const refusal = await opensslRefusal(chain);
      assert.equal(judged(lists), refusal === null ? null : 'revoked', refusal ?? '');
    }
  });
});

describe('the lists of one authority', () => {
  const problemsOf = (lists: readonly string[], issuer = tenant): readonly string[] =>
    new Revocations(readLists(...lists)).problemsOf(issuer.certificate, NOW);

  it('all count', async () => {
    const lists = [
      await listOf(tenant, { revoked: [hello], thisUpdate: NOW - 3 * DAY_MS }),
      await listOf(tenant, { revoked: [other] }),
    ];
    assert.equal(judged(lists), 'revoked');
    assert.equal(judged(lists, [other, tenant]), 'revoked');
    assert.deepEqual(problemsOf(lists), []);
  });

  it('count when they should have been replaced, or are not from today', async () => {
    const old = { revoked: [hello], thisUpdate: NOW - 3 * DAY_MS, nextUpdate: NOW - DAY_MS };
    const lists = [await listOf(tenant, old)];
    assert.equal(judged(lists), 'revoked');
    assert.equal(judged(lists, [other, tenant]), null);
    assert.deepEqual(problemsOf(lists), [
      'the revocation list of CN=tenant from 2026-11-19T12:00:00Z should have been replaced by ' +
        '2026-11-21T12:00:00Z; what it lists is still revoked',
    ]);
    const future = [await listOf(tenant, { revoked: [hello], thisUpdate: NOW + 1000 })];
    assert.equal(judged(future), 'revoked');
    assert.match(problemsOf(future)[0] ?? '', /is from the future/);
    const endless = [await listOf(tenant, { revoked: [hello], nextUpdate: null })];
    assert.equal(judged(endless), 'revoked');
    assert.deepEqual(problemsOf(endless), []);
  });

  it('count when its key is not for lists, as that of a web UI', async () => {
    const change = { usage: usage('keyCertSign', 'digitalSignature') };
    const web = await authority('web', root, { change });
    const shown = await leaf('hello', web);
    const lists = [await listOf(web, { revoked: [shown] })];
    assert.equal(judged(lists, [shown, web]), 'revoked');
    assert.match(problemsOf(lists, web)[0] ?? '', /not for cRLSign/);
  });

  it('make nothing of it acceptable when it did not sign them', async () => {
    const forged = [await listOf(tenant, { revoked: [], signer: root })];
    assert.equal(judged(forged), 'revocation-unknown');
    assert.match(problemsOf(forged)[0] ?? '', /it is damaged or forged/);
    const anonymous = { revoked: [], signer: root, extensions: {} };
    assert.equal(judged([await listOf(tenant, anonymous)]), 'revocation-unknown');
    const both = [...forged, await listOf(tenant, { revoked: [hello] })];
    assert.equal(judged(both), 'revoked');
    assert.equal(judged(both, [other, tenant]), 'revocation-unknown');
  });

  it('are not those of another of the same name', async () => {
    const namesake = await authority('tenant', root);
    const lists = [await listOf(namesake, { revoked: [hello] })];
    assert.equal(judged(lists), null);
    assert.deepEqual(problemsOf(lists), []);
    const shown = await leaf('hello', namesake, { serial: hello.certificate.serial });
    assert.equal(judged(lists, [shown, namesake]), 'revoked');
    assert.equal(judged(lists), null);
  });

  it('are found by the customary identifier of a key that has none in its certificate', async () => {
    const bare = await authority('bare', root, { change: { keyId: null } });
    const shown = await leaf('hello', bare);
    const damaged = [await listOf(bare, { revoked: [], signer: root })];
    assert.equal(judged(damaged, [shown, bare]), 'revocation-unknown');
    const extensions = { issuerKeyId: issuerKeyIdOf(new Uint8Array(20)) };
    const stranger = [await listOf(bare, { revoked: [], signer: root, extensions })];
    assert.equal(judged(stranger, [shown, bare]), null);
  });
});
