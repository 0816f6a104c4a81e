import { generateAuthority, issueLeaf, openIssuer } from '@albatross/pki';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { HandshakeError, sentCertificates, shakeHands } from './handshake.ts';
import { leaveUnjudged } from './unjudged-certificates.ts';

const HANDSHAKE_MS_MAX = 60_000;

/** What a client shows, and signs with. */
interface Shown {
  readonly cert: string;
  readonly key: string;
}

describe('certificates that OpenSSL does not judge', () => {
  let folder: TemporaryFolder;
  let server: { readonly cert: Buffer; readonly key: Buffer };
  let client: Shown;

  before(async () => {
    folder = await TemporaryFolder.make();
    const now = Date.now();
    const names = { name: 'ca', server: 'server', folder: folder.path };
    const validity = { days: 1, serverDays: 1, now };
    const databaseFile = folder.file('database');
    const files = await generateAuthority({ ...names, ...validity, databaseFile, keyType: 'p256' });
    const issuer = await openIssuer(files, now);
    const command = { kind: 'unikernel-info', form: 'newest' } as const;
    const leaf = await issueLeaf(issuer, { command, commonName: 'web', keyType: 'p256', now });
    client = { cert: leaf.certificatesPem, key: leaf.keyPem };
    const key = await readFile(files.serverKeyFile);
    server = { key, cert: await readFile(files.serverCertificateFile) };
  });
  after(async () => await folder[Symbol.asyncDispose]());

  const context = (): SecureContext => createSecureContext({ ...server, minVersion: 'TLSv1.3' });

  it('are shown as they would be', async (t) => {
    const unjudged = context();
    if (!leaveUnjudged(unjudged)) return t.skip('the addon is not built here');
    const shown = await handshake(unjudged, client);
    assert.ok(shown.length > 0);
    assert.deepEqual(shown, await handshake(context(), client));
  });

  it('are of no use to who does not have the key', async (t) => {
    const unjudged = context();
    const isUnjudged = leaveUnjudged(unjudged);
    const impostor = { ...client, key: keyOfSomebodyElse(client.key) };
    for (const one of isUnjudged ? [context(), unjudged] : [context()])
      await assert.rejects(handshake(one, impostor), (error) => {
        assert.ok(error instanceof HandshakeError);
        assert.equal(error.refusal.reason, 'handshake-failed');
        assert.match(error.message, /signature/);
        return true;
      });
    if (!isUnjudged) t.diagnostic('the addon is not built here');
  });

  it('are judged by OpenSSL where there is no addon, and of what is no context', () => {
    assert.equal(leaveUnjudged(context(), [folder.file('absent.node')]), false);
    for (const none of [{}, { context: null }, { context: { _external: 7 } }])
      assert.equal(leaveUnjudged(none as SecureContext), false);
  });
});

/** Says that it belongs to the same certificate, and does not. */
function keyOfSomebodyElse(pem: string): string {
  const { x, y } = createPrivateKey(pem).export({ format: 'jwk' });
  const { d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  });
  if (d === undefined || x === undefined || y === undefined) throw new Error('no key on a curve');
  const key = createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d, x, y } });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Resolves with what the server was shown. */
async function handshake(context: SecureContext, shown: Shown): Promise<readonly Uint8Array[]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, ...shown, rejectUnauthorized: false });
  // What becomes of it is seen by the server.
  client.on('error', () => undefined);
  try {
    const [raw] = await accepted;
    const socket = await shakeHands(raw, context, AbortSignal.timeout(HANDSHAKE_MS_MAX));
    const sent = sentCertificates(socket);
    socket.destroy();
    return sent;
  } finally {
    client.destroy();
    server.close();
  }
}
