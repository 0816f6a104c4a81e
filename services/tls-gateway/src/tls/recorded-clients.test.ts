import { readCertificates } from '@albatross/pki';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FrontUnderTest } from '../testing/front-under-test.ts';
import { WireClient } from '../testing/wire-client.ts';
import { readServerIdentity } from './server-files.ts';

/** A moment at which all that was recorded is valid. */
const RECORDED_AT = Date.parse('2026-11-22T00:55:00Z');

const recorded = (name: string): string =>
  fileURLToPath(new URL(`../../../../libs/pki/vectors/${name}`, import.meta.url));

async function start(type: string): Promise<FrontUnderTest> {
  const [anchor] = await readCertificates(recorded('authorities/ed25519.pem'));
  const identity = await readServerIdentity({
    certificate: recorded(`servers/${type}.pem`),
    key: recorded(`keys/server-${type}.key`),
  });
  return await FrontUnderTest.start({
    anchor: anchor?.der ?? assert.fail('there is none'),
    identity,
    now: () => RECORDED_AT,
  });
}

async function client(port: number, leaf: string, key: string) {
  const chain = await readFile(recorded(`leaves/${leaf}.pem`), 'utf8');
  return { port, chain, key: await readFile(recorded(`keys/${key}.key`), 'utf8') };
}

describe('clients with what the original issued', () => {
  for (const type of ['ed25519', 'p256', 'p384', 'p521', 'rsa2048', 'rsa4096'])
    it(`are let in, with keys of the type ${type} on both sides`, async () => {
      await using gateway = await start(type);
      const key = type === 'ed25519' ? 'info-hello' : `info-hello-${type}`;
      const [answer] = await WireClient.ask(await client(gateway.port, key, key));
      assert.equal(answer?.payload.kind, 'reply', JSON.stringify(gateway.refusals));
      assert.equal(gateway.orders[0]?.name, 'tenant:hello');
    });

  it('are let in below an authority that is below another', async () => {
    await using gateway = await start('p256');
    const asking = client(gateway.port, 'info-hello-under-sub', 'info-hello');
    const [answer] = await WireClient.ask(await asking);
    assert.equal(answer?.payload.kind, 'reply', JSON.stringify(gateway.refusals));
    assert.equal(gateway.orders[0]?.policies.length, 2);
  });
});
