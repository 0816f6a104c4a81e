import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import { Endpoint, onlyPayload, replyIn } from '../harness/endpoint.ts';
import { create, INFO, mintTenant, order, subscribe } from '../harness/tenants.ts';

const DEADLINE = { timeout: 60_000 };
/** Connections of all clients together. */
const CONNECTIONS_MAX = 1_024;
/** What a client may wait for to be let in. */
const HANDSHAKE_DEADLINE_MS = 10_000;
/** The same when others hold every turn: somebody's ends after a second. */
const TURN_WAIT_MS = 2_500;

let endpoint: Endpoint;
/** Has the unikernel honest:web, which ticks. */
let honest: Minted;

before(async () => {
  endpoint = await Endpoint.start();
  honest = mintTenant('honest', endpoint.root);
  await endpoint.does('created unikernel', order('web', create(['tick=20']), honest));
}, DEADLINE);
after(async () => {
  await endpoint[Symbol.asyncDispose]();
}, DEADLINE);
afterEach(async () => {
  endpoint.isSmall();
  await isServed();
});

/** From another address of this machine, if one is given. */
async function isServed(from?: string): Promise<void> {
  const answer = onlyPayload(await endpoint.ask(order('.', INFO, honest), from));
  const reply = replyIn(answer);
  assert.ok(reply.kind === 'unikernel-info');
  assert.deepEqual(
    reply.unikernels.map(({ name }) => name),
    ['web'],
  );
}

async function areServed(count: number, from?: string): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => await isServed(from)));
}

describe('a stranger that takes its time over the handshake', () => {
  it('keeps nobody else from theirs', DEADLINE, async () => {
    const silent = await many(400, ['127.0.0.2', '127.0.0.3']);
    const dripping = await many(100, ['127.0.0.4']);
    const drip = setInterval(() => {
      for (const socket of dripping) socket.write(Uint8Array.of(0x16));
    }, 1_000);
    try {
      const began = Date.now();
      await areServed(20);
      assert.ok(Date.now() - began < HANDSHAKE_DEADLINE_MS);
      // Whoever shows nothing within the deadline is cut off.
      await Promise.all([...silent, ...dripping].map(isClosed));
    } finally {
      clearInterval(drip);
    }
    const reasons = new Set(endpoint.gateway.log.map((record) => record['reason']));
    assert.ok(reasons.has('handshake-deadline') && reasons.has('too-many-handshakes'));
  });

  it('keeps nobody out from as many addresses as have every turn', DEADLINE, async () => {
    let isOver = false;
    const sockets = new Set<Socket>();
    // Whoever is cut off is back at once.
    const hold = async (from: string): Promise<void> => {
      while (!isOver) {
        const [socket] = await many(1, [from]);
        assert.ok(socket !== undefined);
        sockets.add(socket);
        if (isOver) socket.destroy();
        await isClosed(socket);
        sockets.delete(socket);
      }
    };
    const holders = Array.from({ length: 96 }, async (_, n) => await hold(`127.0.1.${n % 4}`));
    try {
      await eventually('they are there', () => sockets.size === 96);
      for (let round = 0; round < 3; round += 1) {
        const began = Date.now();
        await areServed(8, '127.0.2.1');
        assert.ok(Date.now() - began < TURN_WAIT_MS, `${Date.now() - began} ms`);
      }
    } finally {
      isOver = true;
      for (const socket of sockets) socket.destroy();
      await Promise.all(holders);
    }
    assert.ok(wasRefusedFor('too-many-from-address', '127.0.1.'));
    assert.ok(!wasRefusedFor('', '127.0.2.'));
  });
});

describe('two thousand connections', () => {
  it('of which most say nothing leave room for the others', DEADLINE, async () => {
    const idle = await many(1_900, ['127.0.0.2']);
    await areServed(100);
    for (const socket of idle) socket.destroy();
  });

  it(
    'from two addresses, which are all there may be, leave room for others',
    DEADLINE,
    async () => {
      await using stream = await endpoint.connect(order('web', subscribe(0n), honest));
      assert.equal((await stream.message())?.payload.kind, 'reply');
      const idle = await many(1_900, ['127.0.3.1', '127.0.3.2']);
      try {
        const open = (): number => idle.filter(({ closed }) => !closed).length;
        await eventually('there are as many as may be', () => open() <= CONNECTIONS_MAX);
        await areServed(16, '127.0.4.1');
        await isServed('127.0.4.1');
        // Whoever has shown who it is stays.
        assert.equal((await stream.message())?.payload.kind, 'data');
      } finally {
        for (const socket of idle) socket.destroy();
      }
      assert.ok(wasRefusedFor('too-many-from-address', '127.0.3.'));
      assert.ok(!wasRefusedFor('', '127.0.4.'));
    },
  );
});

function wasRefusedFor(reason: string, from: string): boolean {
  return endpoint.gateway.log.some(
    (record) =>
      record.msg === 'session refused' &&
      String(record['reason']).startsWith(reason) &&
      String(record['address']).startsWith(from),
  );
}

/** Connections of TCP from these addresses in turn, which say nothing. */
async function many(count: number, from: readonly string[]): Promise<readonly Socket[]> {
  const { port } = endpoint.gateway;
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const localAddress = from[n % from.length] ?? '';
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      return socket;
    }),
  );
}

async function isClosed(socket: Socket): Promise<void> {
  // `once` would reject when it ends by an error.
  if (!socket.closed) await new Promise<void>((resolve) => void socket.once('close', resolve));
}
