import { eventually } from '@albatross/shared/bus/testing/asserts';
import { concatenate } from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { LOCAL_CONNECTIONS_MAX } from './door-server.ts';
import type { Door } from './door.ts';
import { ask, connected, messagesIn } from './testing/local-client.ts';
import { INFO, answerDone, message, SocketsUnderTest } from './testing/sockets-under-test.ts';

const SUBSCRIBE = { kind: 'command', command: { kind: 'stats-subscribe' } } as const;
const POLICY = {
  kind: 'command',
  command: {
    kind: 'policy-add',
    policy: { cpuids: [0], unikernels: 1n, memory: 32, block: null, bridges: [] },
  },
} as const;

describe("the original's sockets", () => {
  it('answer one command with its own sequence and name, and close', async () => {
    await using sockets = await SocketsUnderTest.start();
    const asked = concatenate([message(INFO, 'alice:web', -3n), message(INFO, ':')]);
    const replies = messagesIn(await ask(sockets.path('vmmd'), asked));
    assert.deepEqual(replies, [
      {
        header: { sequence: -3n, name: 'alice:web' },
        payload: { kind: 'reply', reply: { kind: 'string', text: 'done' } },
      },
    ]);
    const [order, ...others] = sockets.orders;
    assert.ok(order !== undefined && others.length === 0);
    const { name, command, policies, door } = order;
    assert.deepEqual(
      { name, command, policies, door },
      { name: 'alice:web', command: INFO.command, policies: [], door: 'socket' },
    );
  });

  it('take another command behind a policy, and as many policies as come', async () => {
    await using sockets = await SocketsUnderTest.start();
    const client = await connected(sockets.path('vmmd'));
    const replies = buffer(client);
    for (let count = 0; count < 20; count += 1) {
      client.write(message(POLICY, 'alice:', BigInt(count)));
      await eventually('it is answered', () => sockets.orders.length === count + 1);
    }
    client.write(message(INFO, 'alice:', 20n));
    const sequences = messagesIn(await replies).map(({ header }) => header.sequence);
    assert.deepEqual(
      sequences,
      Array.from({ length: 21 }, (_, index) => BigInt(index)),
    );
  });

  it('say where a command belongs that is none of theirs', async () => {
    await using sockets = await SocketsUnderTest.start();
    const failure = async (door: Door, payload: Parameters<typeof message>[0]) =>
      texts(await ask(sockets.path(door), message(payload, 'alice:web', 9n)));
    assert.deepEqual(await failure('console', INFO), [
      '9 alice:web unexpected command: unikernel-info is carried out at vmmd.sock, and this is console.sock [REQUEST_INVALID]',
    ]);
    assert.deepEqual(await failure('vmmd', SUBSCRIBE), [
      '9 alice:web unknown command: stats-subscribe is carried out at stat.sock, and this is vmmd.sock [REQUEST_INVALID]',
    ]);
    const initial = { kind: 'command', command: { kind: 'stats-initial' } } as const;
    assert.match(
      String(await failure('stat', initial)),
      /unexpected message initial: stats-initial/,
    );
    assert.match(
      String(await failure('vmmd', initial)),
      /unknown command: stats-initial is for the/,
    );
    const add = { kind: 'command', command: { kind: 'console-add', unikernels: 2n } } as const;
    assert.match(
      String(await failure('console', add)),
      /unexpected command: console-add is for the/,
    );
    const reply = { kind: 'reply', reply: { kind: 'empty' } } as const;
    assert.match(String(await failure('vmmd', reply)), /unknown command: a reply is no command/);
    assert.equal(sockets.orders.length, 0);
  });

  it('say what is wrong with what is no command, and close', async () => {
    await using sockets = await SocketsUnderTest.start();
    const answer = async (bytes: Uint8Array) => texts(await ask(sockets.path('vmmd'), bytes));
    assert.deepEqual(await answer(Buffer.from([0, 0, 0, 2, 5, 0])), [
      '0 : the frame at byte 0 is no message of version 5: at byte 0: expected SEQUENCE, found NULL [REQUEST_INVALID]',
    ]);
    assert.deepEqual(await answer(Buffer.from('GET / HTTP/1.1\r\n\r\n')), [
      '0 : at byte 0: expected a frame of at most 134217728 bytes, found one of 1195725856 [REQUEST_INVALID]',
    ]);
    const client = await connected(sockets.path('vmmd'));
    const told = buffer(client);
    client.end(message(INFO).subarray(0, 9));
    assert.match(
      String(texts(new Uint8Array(await told))),
      /more bytes of a frame, found the end \[REQUEST_INVALID\]/,
    );
    // The original takes this for the end.
    assert.deepEqual(await answer(new Uint8Array(4)), []);
    assert.equal(sockets.orders.length, 0);
  });

  it('tell of a defect, and write it down', async () => {
    await using sockets = await SocketsUnderTest.start(async () => {
      await Promise.reject(new Error('oh'));
    });
    const answer = texts(await ask(sockets.path('vmmd'), message(INFO)));
    assert.deepEqual(answer, ["0 : this is a defect; the gateway's log says more [INTERNAL]"]);
    assert.deepEqual(sockets.logged, ['defect']);
  });

  it('say nothing more behind an answer that was cut short', async () => {
    await using sockets = await SocketsUnderTest.start(async (_, client) => {
      await client.write([Buffer.from([0, 0, 0, 9, 1])]);
      throw new Error('oh');
    });
    const answer = await ask(sockets.path('vmmd'), message(INFO));
    assert.deepEqual([...answer], [0, 0, 0, 9, 1]);
    assert.deepEqual(sockets.logged, ['defect', 'an answer was cut short']);
  });

  it('tell who is one too many, and let others in when somebody has gone', async () => {
    await using sockets = await SocketsUnderTest.start();
    const path = sockets.path('stat');
    const clients = [];
    for (let count = 0; count < LOCAL_CONNECTIONS_MAX; count += 1)
      clients.push(await connected(path));
    const turnedAway = texts(await ask(path, message(SUBSCRIBE)));
    assert.deepEqual(turnedAway, [
      '0 : 256 clients are connected, and no more may be; try again later [BUSY]',
    ]);
    assert.deepEqual(sockets.logged, ['as many clients as may be']);
    // The other sockets are not full.
    assert.equal(messagesIn(await ask(sockets.path('vmmd'), message(INFO))).length, 1);
    for (const client of clients) client.end();
    await eventually('there is room', async () =>
      String(texts(await ask(path, message(SUBSCRIBE)))).includes('reply'),
    );
  });

  it('end streams at once when they stop, and other answers when they are said', async () => {
    const answered: (() => void)[] = [];
    await using sockets = await SocketsUnderTest.start(async (order, client) => {
      if (order.command.kind === 'stats-subscribe') await once(client.gone, 'abort');
      else {
        await new Promise<void>((resolve) => answered.push(resolve));
        await answerDone(order, client);
      }
    });
    const stream = await connected(sockets.path('stat'));
    stream.write(message(SUBSCRIBE));
    const command = await connected(sockets.path('vmmd'));
    command.write(message(INFO));
    await eventually('both are at it', () => sockets.orders.length === 2);
    const idle = await connected(sockets.path('console'));
    const [streamed, commanded] = [buffer(stream), buffer(command)];
    const stopping = sockets.stop();
    assert.equal((await streamed).length, 0);
    await once(idle.resume(), 'close');
    answered[0]?.();
    assert.equal(messagesIn(await commanded).length, 1);
    await stopping;
    await assert.rejects(connected(sockets.path('vmmd')), { code: 'ENOENT' });
  });
});

function texts(stream: Uint8Array): readonly string[] {
  return messagesIn(stream).map(({ header, payload }) => {
    const text = payload.kind === 'failure' ? payload.text : payload.kind;
    return `${header.sequence} ${header.name} ${text}`;
  });
}
