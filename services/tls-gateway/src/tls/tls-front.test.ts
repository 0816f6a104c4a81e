import { deferred } from '@albatross/shared/bus/deferred';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { FrontUnderTest, INFO, policyAdd } from '../testing/front-under-test.ts';
import { mint, mintRevocationList, type Minted } from '../testing/mint.ts';
import { WireClient } from '../testing/wire-client.ts';

const HOUR_MS = 3_600_000;

/** The leaf first, below so many authorities, each with a policy. */
function chainBelow(root: Minted, authorities: number): readonly Minted[] {
  const chain: Minted[] = [];
  let issuer = root;
  for (let depth = 1; depth <= authorities; depth += 1) {
    issuer = mint(`a${depth}`, issuer, { isAuthority: true, command: policyAdd() });
    chain.unshift(issuer);
  }
  return [mint('web', issuer, { command: INFO }), ...chain];
}

describe('the TLS front', () => {
  it('has carried out what the certificates of a client ask for', async () => {
    await using gateway = await FrontUnderTest.start();
    const tenant = mint('tenant', gateway.root, { isAuthority: true, command: policyAdd(7n) });
    const leaf = mint('web', tenant, { command: INFO });
    const [answer, ...others] = await gateway.ask(leaf, tenant);
    assert.deepEqual(answer, {
      header: { sequence: 0n, name: 'tenant:web' },
      payload: { kind: 'reply', reply: { kind: 'string', text: 'done tenant:web' } },
    });
    assert.deepEqual(others, []);
    const [order] = gateway.orders;
    assert.deepEqual([order?.name, order?.command, order?.door], ['tenant:web', INFO, 'tls']);
    const [policy] = order?.policies ?? [];
    assert.deepEqual([policy?.path, policy?.policy.unikernels], ['tenant:', 7n]);
    assert.ok(Math.abs(Date.now() - HOUR_MS - (policy?.setAt ?? 0)) < 60_000);
    const digest = createHash('sha256').update(leaf.der).digest('hex');
    assert.deepEqual(gateway.actors, [`tls:${digest};tenant/web`]);
    assert.deepEqual(gateway.refusals, []);
  });

  it('takes chains of one to nine certificates, and none of ten', async () => {
    await using gateway = await FrontUnderTest.start();
    for (let authorities = 0; authorities <= 8; authorities += 1) {
      const [answer] = await gateway.ask(...chainBelow(gateway.root, authorities));
      assert.equal(answer?.payload.kind, 'reply', `${authorities} authorities`);
    }
    await gateway.assertRefused(chainBelow(gateway.root, 9), 'path-too-long', /certificate/);
  });

  it('takes certificates in any order, and passes over the root and those of others', async () => {
    await using gateway = await FrontUnderTest.start();
    const [leaf, ...authorities] = chainBelow(gateway.root, 3);
    assert.ok(leaf !== undefined);
    const other = mint('other', null, { isAuthority: true });
    const [answer] = await gateway.ask(leaf, other, ...authorities.toReversed(), gateway.root);
    assert.equal(answer?.payload.kind, 'reply');
    assert.equal(gateway.orders[0]?.name, 'a1:a2:a3:web');
  });

  it('takes no policy from a forged authority that is sent beside the real one', async () => {
    await using gateway = await FrontUnderTest.start();
    const real = mint('tenant', gateway.root, { isAuthority: true, command: policyAdd(1n) });
    const leaf = mint('web', real, { command: INFO });
    const { serial, keyId } = real;
    const same = { isAuthority: true, command: policyAdd(99n), serial, keyId } as const;
    const forged = mint('tenant', gateway.root, { ...same, signer: mint('evil', null).keys });
    for (const chain of [
      [leaf, forged, real],
      [leaf, real, forged],
    ]) {
      const [answer] = await gateway.ask(...chain);
      assert.equal(answer?.payload.kind, 'reply');
      const policies = gateway.orders.at(-1)?.policies.map(({ policy }) => policy.unikernels);
      assert.deepEqual(policies, [1n]);
    }
    // Alone it is of no use.
    await gateway.assertRefused([leaf, forged], 'bad-signature', /CN=/);
  });

  it('tells apart why a client is refused', async () => {
    const now = Date.now();
    const cases: readonly [
      reason: string,
      message: RegExp,
      make: (root: Minted) => readonly Minted[],
    ][] = [
      [
        'expired',
        /CN=web.*20\d\d/,
        (root) => [mint('web', root, { command: INFO, notAfter: now - HOUR_MS / 2 })],
      ],
      [
        'not-yet-valid',
        /CN=web/,
        (root) => [mint('web', root, { command: INFO, notBefore: now + HOUR_MS / 2 })],
      ],
      [
        'unknown-issuer',
        /CN=web/,
        () => chainBelow(mint('another', null, { isAuthority: true }), 0),
      ],
      [
        'unknown-issuer',
        /another key/,
        () => chainBelow(mint('ca', null, { isAuthority: true }), 0),
      ],
      [
        'bad-signature',
        /CN=web/,
        (root) => [mint('web', root, { command: INFO, signer: mint('evil', null).keys })],
      ],
      [
        'ca-as-leaf',
        /CN=web/,
        (root) => [mint('web', root, { command: INFO, claimsAuthority: true })],
      ],
      [
        'key-usage',
        /CN=tenant/,
        (root) => {
          const tenant = mint('tenant', root, { isAuthority: true, hasKeyUsage: false });
          return [mint('web', tenant, { command: INFO }), tenant];
        },
      ],
      [
        'not-a-ca',
        /CN=tenant/,
        (root) => {
          const tenant = mint('tenant', root, { isAuthority: true, claimsAuthority: false });
          return [mint('web', tenant, { command: INFO }), tenant];
        },
      ],
      [
        'unknown-critical-extension',
        /CN=web/,
        (root) => [mint('web', root, { command: INFO, hasUnknownCritical: true })],
      ],
      [
        'chain',
        /an authority has the command unikernel-info/,
        (root) => {
          const tenant = mint('tenant', root, { isAuthority: true, command: INFO });
          return [mint('web', tenant, { command: INFO }), tenant];
        },
      ],
      ['chain', /make no name/, (root) => [mint('a b', root, { command: INFO })]],
      ['chain', /no albatross extension/, (root) => [mint('web', root)]],
    ];
    for (const [reason, message, make] of cases) {
      await using gateway = await FrontUnderTest.start();
      await gateway.assertRefused(make(gateway.root), reason, message);
      assert.equal(gateway.published[0]?.address, '127.0.0.1');
      assert.equal(gateway.published[0]?.reason, reason);
    }
  });

  it('tells a client without a certificate that it needs one', async () => {
    await using gateway = await FrontUnderTest.start();
    const [answer] = await WireClient.ask({ port: gateway.port });
    assert.deepEqual(answer?.payload, {
      kind: 'failure',
      text: 'no certificate was sent [no-certificate]',
    });
    assert.equal(gateway.refusals[0]?.['reason'], 'no-certificate');
  });

  it('refuses a leaf that was revoked, and everything below a revoked authority', async () => {
    await using gateway = await FrontUnderTest.start();
    const [leaf, tenant] = chainBelow(gateway.root, 1);
    assert.ok(leaf !== undefined && tenant !== undefined);
    const sibling = mint('other', tenant, { command: INFO });
    const start = gateway.logged.length;
    await gateway.putList('tenant.crl', mintRevocationList(tenant, [leaf]));
    await gateway.untilLogged('revocation lists loaded', start);
    await gateway.assertRefused([leaf, tenant], 'revoked', /CN=web/);
    assert.equal((await gateway.ask(sibling, tenant))[0]?.payload.kind, 'reply');
    const from = gateway.logged.length;
    await gateway.putList('root.crl', mintRevocationList(gateway.root, [tenant]));
    await gateway.untilLogged('revocation lists loaded', from);
    const [answer] = await gateway.ask(sibling, tenant);
    assert.ok(answer?.payload.kind === 'failure');
    assert.match(answer.payload.text, /CN=a1.*\[revoked\]$/);
  });

  it('ends the sessions of those who are revoked meanwhile, and no others', async () => {
    const serving = deferred();
    let served = 0;
    await using gateway = await FrontUnderTest.start({
      serve: async (_, client) => {
        served += 1;
        if (served === 2) serving.resolve();
        await new Promise((_resolve, reject) => {
          client.gone.addEventListener('abort', () => reject(client.gone.reason as Error));
        });
      },
    });
    const [revoked, good] = [
      mint('web', gateway.root, { command: INFO }),
      mint('mail', gateway.root, { command: INFO }),
    ];
    await using first = await WireClient.connect(gateway.client(revoked));
    await using second = await WireClient.connect(gateway.client(good));
    await serving.promise;
    await gateway.putList('root.crl', mintRevocationList(gateway.root, [revoked]));
    assert.deepEqual(await first.rest(), []);
    assert.equal(gateway.front.counts.sessions.active, 1);
    assert.ok(!second.socket.closed);
    assert.equal(gateway.refusals[0]?.['reason'], 'revoked');
  });
});
