import { readChain } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Certificate } from './certificate.ts';
import { itRefuses, itTakes, reasonOf, verdictOn, type Chain } from './testing/chain-case.ts';
import { constraints, issuerKeyIdOf, keyIdOf, policy } from './testing/extension-values.ts';
import { authority, DAY_MS, leaf, NOW, type Party } from './testing/parties.ts';
import { SENT_CERTIFICATES_MAX } from './verify-chain.ts';

const root = await authority('root', null);

/** So many certificates, the last of them of the root; the leaf is first. */
async function chainOf(length: number, anchor = root): Promise<Chain> {
  let issuer = anchor;
  const authorities: Party[] = [];
  for (let number = 1; number < length; number += 1) {
    issuer = await authority(`ca${number}`, issuer);
    authorities.unshift(issuer);
  }
  return { anchor, sent: [await leaf('hello', issuer), ...authorities] };
}

function pathOf({ anchor, sent }: Chain): readonly Certificate[] {
  const verdict = verdictOn({ anchor, sent });
  assert.ok(verdict.kind === 'verified', reasonOf(verdict) ?? '');
  return verdict.path;
}

function assertPath(chain: Chain, expected: readonly Party[]): void {
  assert.deepEqual(
    pathOf(chain).map(({ der }) => der),
    expected.map(({ der }) => der),
  );
}

describe('a chain may have nine certificates', () => {
  for (let length = 1; length <= 9; length += 1)
    itTakes(`one of ${length}`, async () => await chainOf(length));
  itRefuses('one of 10', async () => await chainOf(10), {
    reason: 'path-too-long',
    blamed: 'hello',
    opensslDiffers: 'it takes a hundred',
  });

  it('which are all that are in the path, in their order', async () => {
    const chain = await chainOf(9);
    assertPath(chain, chain.sent);
    const [first, ...rest] = chain.sent;
    assert.ok(first !== undefined);
    assertPath({ ...chain, sent: [first, ...rest.toReversed()] }, chain.sent);
  });
});

describe('how many authorities are below one', () => {
  const limited = (pathLength: number) => ({
    change: { constraints: constraints(true, { pathLength }) },
  });
  const below = async (issuer: Party, anchor: Party): Promise<Chain> => {
    const tenant = await authority('tenant', issuer);
    const middle = issuer === anchor ? [] : [issuer];
    return { anchor, sent: [await leaf('hello', tenant), tenant, ...middle] };
  };
  itTakes('an authority below one that allows one', async () => {
    const anchor = await authority('root', null, limited(1));
    return await below(anchor, anchor);
  });
  itRefuses(
    'an authority below one that allows none',
    async () => {
      const anchor = await authority('root', null, limited(0));
      return await below(anchor, anchor);
    },
    { reason: 'path-length', blamed: 'root' },
  );
  itRefuses(
    'an authority below another that allows none',
    async () => {
      return await below(await authority('middle', root, limited(0)), root);
    },
    { reason: 'path-length', blamed: 'middle' },
  );
  itTakes('a leaf below an authority that allows none', async () => {
    const issuer = await authority('middle', root, limited(0));
    return { anchor: root, sent: [await leaf('hello', issuer), issuer] };
  });
  itRefuses(
    'an authority of the same name below one that allows none',
    async () => {
      const outer = await authority('tenant', root, limited(0));
      const inner = await authority('tenant', outer);
      return { anchor: root, sent: [await leaf('hello', inner), inner, outer] };
    },
    {
      reason: 'path-length',
      blamed: 'tenant',
      opensslDiffers: 'of the same name it does not count',
    },
  );
});

describe('what is sent beside a chain', () => {
  it('is passed over: the trusted authority, copies, strangers, in any order', async () => {
    const chain = await chainOf(3);
    const [hello, ca2, ca1] = chain.sent;
    assert.ok(hello !== undefined && ca2 !== undefined && ca1 !== undefined);
    const stranger = await authority('stranger', null);
    const other = await leaf('other', ca1);
    for (const beside of [
      [ca2, ca1, root],
      [root, ca1, ca2],
      [ca1, ca1, ca2, hello, ca2],
      [stranger, ca1, other, ca2, await authority('ca1', stranger)],
    ])
      assertPath({ anchor: root, sent: [hello, ...beside] }, [hello, ca2, ca1]);
  });

  it('does not make the path longer than it has to be', async () => {
    const tenant = await authority('tenant', root);
    const above = await authority('above', root);
    const longer = await authority('tenant', above, { keys: tenant.keys });
    const hello = await leaf('hello', tenant);
    assertPath({ anchor: root, sent: [hello, longer, above, tenant] }, [hello, tenant]);
  });

  it('is part of the path where the rest of it is wrong', async () => {
    const above = await authority('above', root);
    const expired = { notBefore: NOW - 2 * DAY_MS, notAfter: NOW - DAY_MS };
    const tenant = await authority('tenant', root, expired);
    const longer = await authority('tenant', above, { keys: tenant.keys });
    const hello = await leaf('hello', tenant);
    assertPath({ anchor: root, sent: [hello, tenant, above, longer] }, [hello, longer, above]);
  });

  it('is not more than can be looked at', async () => {
    const { sent } = await chainOf(2);
    const [hello, ca1] = sent;
    assert.ok(hello !== undefined && ca1 !== undefined);
    const many = (count: number): Chain => ({
      anchor: root,
      sent: [hello, ...Array.from({ length: count - 1 }, () => ca1)],
    });
    assert.equal(reasonOf(verdictOn(many(SENT_CERTIFICATES_MAX))), null);
    const verdict = verdictOn(many(SENT_CERTIFICATES_MAX + 1));
    assert.equal(reasonOf(verdict), 'too-many-certificates');
    assert.equal(reasonOf(verdictOn({ anchor: root, sent: [] })), 'no-certificate');
  });
});

describe('an authority of another key', () => {
  itRefuses(
    'a leaf of a stranger',
    async () => ({ anchor: root, sent: [await leaf('hello', await authority('stranger', null))] }),
    { reason: 'unknown-issuer', blamed: 'hello' },
  );
  itRefuses(
    'a leaf of a stranger of the same name',
    async () => ({ anchor: root, sent: [await leaf('hello', await authority('root', null))] }),
    { reason: 'unknown-issuer', blamed: 'hello' },
  );
  itRefuses(
    'a chain of a stranger who was sent as well',
    async () => {
      const stranger = await authority('stranger', null);
      const tenant = await authority('tenant', stranger);
      return { anchor: root, sent: [await leaf('hello', tenant), tenant, stranger] };
    },
    { reason: 'unknown-issuer', blamed: 'stranger' },
  );
  itRefuses(
    'a leaf that names another key of its issuer',
    async () => {
      const issuerKeyId = issuerKeyIdOf(new Uint8Array(20));
      return { anchor: root, sent: [await leaf('hello', root, { change: { issuerKeyId } })] };
    },
    { reason: 'unknown-issuer', blamed: 'hello' },
  );
});

/**
 * Of the same name, serial number and key identifier as a real one, with a larger policy in it. Whoever has
 * the key of a leaf can make one, and send it beside the real one.
 */
describe('a forged authority', async () => {
  const tenant = await authority('tenant', root, { change: { policy: policy(1) } });
  const hello = await leaf('hello', tenant);
  const mallory = await authority('mallory', null);
  const asReal = { serial: tenant.certificate.serial, change: { policy: policy(99) } };
  const forgeries: readonly (readonly [string, Party])[] = [
    [
      'with the real key',
      await authority('tenant', root, { ...asReal, keys: tenant.keys, signer: mallory.keys }),
    ],
    [
      'that is expired',
      await authority('tenant', root, {
        ...asReal,
        keys: tenant.keys,
        signer: mallory.keys,
        notAfter: NOW - 1000,
      }),
    ],
    [
      'with a key of its own',
      await authority('tenant', root, {
        ...asReal,
        keys: mallory.keys,
        signer: mallory.keys,
        change: {
          policy: policy(99),
          keyId: keyIdOf(tenant.certificate.subjectKeyId ?? new Uint8Array()),
        },
      }),
    ],
    ['that issued itself', await authority('tenant', null, { ...asReal, keys: mallory.keys })],
  ];

  for (const [what, forged] of forgeries)
    it(`${what} is never in the path`, () => {
      for (const sent of [
        [hello, tenant, forged],
        [hello, forged, tenant],
        [hello, forged, tenant, forged, mallory],
      ]) {
        assertPath({ anchor: root, sent }, [hello, tenant]);
        const [limit] = readChain(pathOf({ anchor: root, sent })).policies;
        assert.equal(limit?.policy.unikernels, 1n);
      }
      assert.notEqual(reasonOf(verdictOn({ anchor: root, sent: [hello, forged] })), null);
    });

  it('does not hide what is wrong with the real one', async () => {
    const old = await authority('tenant', root, { notAfter: NOW - 1000 });
    const leafOfOld = await leaf('hello', old);
    const forged = await authority('tenant', root, { keys: old.keys, signer: mallory.keys });
    for (const sent of [
      [leafOfOld, forged, old],
      [leafOfOld, old, forged],
    ])
      assert.equal(reasonOf(verdictOn({ anchor: root, sent })), 'expired');
  });

  itRefuses(
    'a leaf and its authority, both forged',
    async () => {
      const forged = await authority('tenant', root, { signer: mallory.keys });
      return { anchor: root, sent: [await leaf('hello', forged), forged] };
    },
    { reason: 'bad-signature', blamed: 'tenant' },
  );
  itRefuses(
    'a leaf that its authority did not sign',
    async () => ({
      anchor: root,
      sent: [await leaf('hello', tenant, { signer: mallory.keys }), tenant],
    }),
    { reason: 'bad-signature', blamed: 'hello' },
  );
});
