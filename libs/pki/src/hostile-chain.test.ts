import { EXTENSION_OID } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonOf, verdictOn } from './testing/chain-case.ts';
import { constraints, plain } from './testing/extension-values.ts';
import { authority, leaf, newKeys, type Party } from './testing/parties.ts';
import { SENT_CERTIFICATES_MAX } from './verify-chain.ts';

const root = await authority('root', null);
const OTHERS = SENT_CERTIFICATES_MAX - 1;

/** Much more than any of this takes, and much less than trying all ways would. */
const SECONDS = 10;

function timed<T>(work: () => T): T {
  const start = process.hrtime.bigint();
  const result = work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  assert.ok(seconds < SECONDS, `${seconds} s`);
  return result;
}

async function several(count: number, make: () => Promise<Party>): Promise<readonly Party[]> {
  return await Promise.all(Array.from({ length: count }, make));
}

describe('certificates that could be put together in very many ways', () => {
  it('are refused when each could be the issuer of each, and none is of the root', async () => {
    const keys = await newKeys();
    const stranger = await authority('mesh', null, { keys });
    const mesh = await several(OTHERS, async () => await authority('mesh', stranger, { keys }));
    const hello = await leaf('hello', stranger);
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, ...mesh] }));
    assert.equal(reasonOf(verdict), 'unknown-issuer');
  });

  it('are refused when only their signatures tell which of them issued which', async () => {
    const change = { keyId: null, issuerKeyId: null };
    let issuer = await authority('mesh', null, { change });
    const mesh: Party[] = [];
    for (let count = 0; count < OTHERS; count += 1) {
      issuer = await authority('mesh', issuer, { change });
      mesh.push(issuer);
    }
    const hello = await leaf('hello', issuer, { change });
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, ...mesh] }));
    assert.equal(reasonOf(verdict), 'too-many-certificates');
  });

  it('are refused when the root has issued one that they may not be below', async () => {
    const keys = await newKeys();
    const change = { constraints: constraints(true, { pathLength: 0 }) };
    const tenant = await authority('mesh', root, { keys, change });
    const mesh = await several(6, async () => await authority('mesh', tenant, { keys }));
    const above = await authority('above', tenant);
    const hello = await leaf('hello', above);
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, above, ...mesh, tenant] }));
    assert.equal(reasonOf(verdict), 'path-length');
  });

  it('do not keep what is sent beside them from being verified', async () => {
    const tenant = await authority('tenant', root);
    const forged = await several(OTHERS - 1, async () => {
      const keys = await newKeys();
      return await authority('tenant', root, { keys, signer: keys, change: { keyId: null } });
    });
    const hello = await leaf('hello', tenant);
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, ...forged, tenant] }));
    assert.ok(verdict.kind === 'verified', reasonOf(verdict) ?? '');
    assert.deepEqual(verdict.path.at(1)?.der, tenant.der);
  });
});

describe('a leaf of 16 MiB', () => {
  it('is verified, and its image is not copied', async () => {
    const image = new Uint8Array(16 * 1024 * 1024);
    const tenant = await authority('tenant', root);
    const change = { command: plain(EXTENSION_OID, [image]) };
    const hello = await leaf('hello', tenant, { change });
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, tenant] }));
    assert.ok(verdict.kind === 'verified', reasonOf(verdict) ?? '');
    const [{ extension, der }] = verdict.path;
    assert.equal(extension?.length, image.length);
    assert.equal(extension.buffer, der.buffer);
  });

  it('is refused when many keys could have signed it', async () => {
    const change = { command: plain(EXTENSION_OID, [new Uint8Array(16 * 1024 * 1024)]) };
    const tenant = await authority('tenant', root);
    const hello = await leaf('hello', tenant, { change });
    const forged = await several(4, async () => {
      const keys = await newKeys();
      return await authority('tenant', root, { keys, signer: keys, change: { keyId: null } });
    });
    const verdict = timed(() => verdictOn({ anchor: root, sent: [hello, ...forged, tenant] }));
    assert.equal(reasonOf(verdict), 'too-many-certificates');
    const fewer = verdictOn({ anchor: root, sent: [hello, ...forged.slice(0, 2), tenant] });
    assert.equal(reasonOf(fewer), null);
  });
});
