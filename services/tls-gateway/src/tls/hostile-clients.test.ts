import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { WireConfig } from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { FrontUnderTest, INFO } from '../testing/front-under-test.ts';
import { mint } from '../testing/mint.ts';
import { WireClient } from '../testing/wire-client.ts';
import { ARRIVALS_PER_ADDRESS_MAX } from './connections.ts';
import { liftCertificateLimit } from './certificate-limit.ts';
import { HANDSHAKES_MAX, HANDSHAKES_PER_ADDRESS_MAX } from './handshake-turns.ts';

/** What a socket is sent until it is closed. */
async function untilClosed(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
  // Not `once`, for which an error is one.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(pieces);
}

/** A client with an image of so many bytes in its certificate. */
function leafOf(gateway: FrontUnderTest, imageBytes: number) {
  const config: WireConfig = {
    typ: 'solo5',
    compressed: false,
    image: new Uint8Array(imageBytes),
    startup: null,
    addName: true,
    fail: { kind: 'quit' },
    cpuids: [0],
    memory: 32,
    blocks: [],
    nets: [],
    arguments: [],
    vcpus: 1,
    linuxBoot: null,
  };
  return mint('web', gateway.root, { command: { kind: 'unikernel-create', config } });
}

describe('the TLS front and clients that mean no good', () => {
  it('cuts off who does not finish a handshake, and serves others meanwhile', async () => {
    await using gateway = await FrontUnderTest.start({ handshakeDeadlineMs: 300 });
    const slow = connect(gateway.port, '127.0.0.1');
    // A record of 512 bytes, byte by byte.
    slow.write(Buffer.from('1603010200', 'hex'));
    const dribble = setInterval(() => slow.write('\x01'), 20);
    const leaf = mint('web', gateway.root, { command: INFO });
    const [answer] = await gateway.ask(leaf);
    assert.equal(answer?.payload.kind, 'reply');
    await untilClosed(slow);
    clearInterval(dribble);
    assert.equal((await gateway.untilLogged('session refused'))['reason'], 'handshake-deadline');
  });

  it('cuts off who says nothing', async () => {
    await using gateway = await FrontUnderTest.start({ handshakeDeadlineMs: 100 });
    assert.equal((await untilClosed(connect(gateway.port, '127.0.0.1'))).length, 0);
    assert.equal((await gateway.untilLogged('session refused'))['reason'], 'handshake-deadline');
  });

  it('gives one address no more than its share of turns', async () => {
    await using gateway = await FrontUnderTest.start({ handshakeDeadlineMs: 400 });
    const silent = Array.from({ length: HANDSHAKES_MAX }, () => connect(gateway.port, '127.0.0.1'));
    await eventually('all have come', () => {
      const { active, waiting } = gateway.front.counts.handshakes;
      return active + waiting === HANDSHAKES_MAX;
    });
    assert.equal(gateway.front.counts.handshakes.active, HANDSHAKES_PER_ADDRESS_MAX);
    const leaf = mint('web', gateway.root, { command: INFO });
    await using other = await WireClient.connect({ ...gateway.client(leaf), host: '::1' });
    assert.equal((await other.message())?.payload.kind, 'reply');
    await Promise.all(silent.map(untilClosed));
    const reasons = new Set(gateway.refusals.map(({ reason }) => reason));
    assert.deepEqual(reasons, new Set(['handshake-deadline', 'too-many-handshakes']));
  });

  it('speaks no TLS 1.2', async () => {
    await using gateway = await FrontUnderTest.start();
    const { port } = gateway;
    const old = connectTls({ port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const [error] = (await once(old, 'error')) as [Error & { readonly code?: string }];
    assert.equal(error.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    assert.equal((await gateway.untilLogged('session refused'))['reason'], 'tls-version');
  });

  it('takes no plain text for TLS', async () => {
    for (const text of ['GET / HTTP/1.1\r\n\r\n', 'HELO example.org\r\n', '\0\0\0\x05abcde']) {
      await using gateway = await FrontUnderTest.start();
      const client = connect(gateway.port, '127.0.0.1');
      client.write(text);
      await untilClosed(client);
      assert.equal((await gateway.untilLogged('session refused'))['reason'], 'not-tls', text);
    }
  });

  it('forgets who goes away in the middle', async () => {
    await using gateway = await FrontUnderTest.start();
    const client = connect(gateway.port, '127.0.0.1');
    await once(client, 'connect');
    client.write('\x16\x03\x01');
    client.end();
    await untilClosed(client);
    assert.equal((await gateway.untilLogged('session refused'))['reason'], 'client-gone');
    await eventually('connections are 0', () => gateway.front.counts.connections.active === 0);
  });

  it('resumes no session', async () => {
    await using gateway = await FrontUnderTest.start();
    const leaf = mint('web', gateway.root, { command: INFO });
    const sessions: Buffer[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const session = sessions.at(-1);
      await using client = await WireClient.connect({
        ...gateway.client(leaf),
        ...(session === undefined ? {} : { tls: { session } }),
      });
      client.socket.on('session', (ticket: Buffer) => sessions.push(ticket));
      assert.equal(client.socket.isSessionReused(), false);
      assert.equal((await client.message())?.payload.kind, 'reply');
    }
    // OpenSSL sends something that looks like a ticket, and takes none.
    assert.ok(sessions.length > 0);
  });

  it('names no authorities, and agrees on no protocol', async () => {
    await using gateway = await FrontUnderTest.start();
    const leaf = mint('web', gateway.root, { command: INFO });
    await using client = await WireClient.connect({
      ...gateway.client(leaf),
      tls: { ALPNProtocols: ['http/1.1'] },
    });
    assert.equal(client.socket.alpnProtocol, false);
    assert.equal(client.socket.getProtocol(), 'TLSv1.3');
    assert.equal((await client.message())?.payload.kind, 'reply');
  });

  it('closes connections beyond the bound, counts them, and serves others', async () => {
    await using gateway = await FrontUnderTest.start();
    const flood = Array.from({ length: 2_000 }, () =>
      connect(gateway.port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    );
    try {
      await eventually('there are as many as may be', () => {
        const { arrivals } = gateway.front.counts.connections;
        return arrivals === ARRIVALS_PER_ADDRESS_MAX && gateway.refusals.length > 0;
      });
      assert.deepEqual(
        gateway.refusals.map(({ reason }) => reason),
        ['too-many-connections'],
      );
      const leaf = mint('web', gateway.root, { command: INFO });
      await using other = await WireClient.connect({ ...gateway.client(leaf), host: '::1' });
      assert.equal((await other.message())?.payload.kind, 'reply');
    } finally {
      for (const socket of flood) socket.destroy();
    }
  });

  it('keeps going when records go wrong behind the handshake', async () => {
    await using gateway = await FrontUnderTest.start({
      serve: async (_, client) => {
        await client.frames.next();
      },
    });
    const leaf = mint('web', gateway.root, { command: INFO });
    const raw = connect(gateway.port, '127.0.0.1');
    const { chain, key } = gateway.client(leaf);
    const socket = connectTls({ socket: raw, cert: chain, key, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    await eventually('sessions are 1', () => gateway.front.counts.sessions.active === 1);
    raw.write(Buffer.concat([Buffer.from('1703030020', 'hex'), Buffer.alloc(32)]));
    await untilClosed(socket);
    await eventually('sessions are 0', () => gateway.front.counts.sessions.active === 0);
  });
});

describe('certificates with images', () => {
  it('of more than 100 KiB are refused where the limit cannot be lifted', async () => {
    await using gateway = await FrontUnderTest.start();
    const { port, chain, key } = gateway.client(leafOf(gateway, 200_000));
    const socket = connectTls({ port, cert: chain, key, rejectUnauthorized: false });
    await untilClosed(socket);
    assert.equal((await gateway.untilLogged('session refused'))['reason'], 'certificate-too-large');
    assert.equal(gateway.front.certificateBytesMax, 102_400);
  });

  it('of nearly 16 MiB are taken where it can', async (t) => {
    await using gateway = await FrontUnderTest.start({ lift: liftCertificateLimit });
    if (gateway.front.certificateBytesMax === 102_400) return t.skip('the addon is not built');
    const leaf = leafOf(gateway, 16_000_000);
    const [answer] = await gateway.ask(leaf);
    assert.equal(answer?.payload.kind, 'reply');
    const command = gateway.orders[0]?.command;
    assert.ok(command?.kind === 'unikernel-create');
    assert.equal(command.config.image.length, 16_000_000);
    assert.equal(gateway.front.counts.handshakes.active, 0);
  });
});
