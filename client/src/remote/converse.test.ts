import { readCertificate } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  encodeExtension,
  encodeMessage,
  type WireCommand,
  type WireMessage,
} from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { exitStatusOf } from '../exit-status.ts';
import { recordedBytes, recordedMessages } from '../testing/recorded-replies.ts';
import { answered, said } from '../testing/said.ts';
import { saying, ToyAuthority, ToyGateway, type Part } from '../testing/toy-gateway.ts';
import { PATIENCE, type Patience } from './connect.ts';
import { converse, type Conversation } from './converse.ts';
import { ServerRefusal } from './server-refusal.ts';

const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };
const SET: WireCommand = { kind: 'block-set', compressed: false };
const STATS: WireCommand = { kind: 'stats-subscribe' };
const DUMP: WireCommand = { kind: 'block-dump', level: 9 };

describe('a conversation with a server', () => {
  let authority: ToyAuthority;

  before(async () => {
    authority = await ToyAuthority.make();
  });
  after(async () => {
    await authority[Symbol.asyncDispose]();
  });

  async function talk(
    server: { host: string; port: number },
    conversation: Conversation,
    patience: Partial<Patience> = {},
  ): Promise<readonly WireMessage[]> {
    const messages: WireMessage[] = [];
    const credentials = await authority.credentials(conversation.command);
    const show = (message: WireMessage): void => void messages.push(message);
    await converse(server, credentials, conversation, show, { ...PATIENCE, ...patience });
    return messages;
  }

  async function failureOf(talking: Promise<unknown>): Promise<Failure> {
    const failure = await talking.then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Failure, String(failure));
    return failure;
  }

  async function failureWith(
    part: Part,
    conversation: Conversation = { command: INFO },
  ): Promise<Failure> {
    await using gateway = await ToyGateway.start(authority, part);
    return await failureOf(talk(gateway, conversation));
  }

  it('shows a certificate with the command, and hands over the one reply', async () => {
    await using gateway = await ToyGateway.start(
      authority,
      saying(recordedBytes('08-info-hello-one')),
    );
    const messages = await talk(gateway, { command: INFO });
    assert.deepEqual(bytesOf(messages), bytesOf(await recordedMessages('08-info-hello-one')));
    const [shown = new Uint8Array()] = gateway.shown;
    assert.deepEqual(readCertificate(shown).extension, Buffer.from(encodeExtension(INFO)));
    assert.equal(gateway.heard.length, 0);
  });

  it('takes the answer of a server that keeps the connection', async () => {
    const part: Part = (socket) => void socket.write(recordedBytes('53-create-crash-exit42'));
    await using gateway = await ToyGateway.start(authority, part);
    assert.equal((await talk(gateway, { command: { kind: 'unikernel-destroy' } })).length, 1);
  });

  it('ends a dump with its own end, and with nothing less', async () => {
    const bytes = recordedBytes('28-dump-block-level9');
    await using gateway = await ToyGateway.start(authority, saying(bytes));
    const messages = await talk(gateway, { command: DUMP });
    assert.deepEqual(bytesOf(messages), bytesOf(await recordedMessages('28-dump-block-level9')));
    const cut = await failureWith(saying(bytes.subarray(0, 43 + 4 + 5346 + 4)), { command: DUMP });
    assert.equal(cut.code, 'REMOTE_LOST');
  });

  it('sends content as chunks while it listens', async () => {
    const pieces = [Buffer.alloc(100_000, 1), Buffer.alloc(5, 2)];
    const part: Part = (socket) => {
      let length = 0;
      socket.on('data', (bytes: Buffer) => {
        length += bytes.length;
        if (length === 100_005 + 4 * (25 + 1 + 1)) socket.end(recordedBytes('25-set-block-level0'));
      });
    };
    await using gateway = await ToyGateway.start(authority, part);
    const messages = await talk(gateway, { command: SET, content: stream(pieces) });
    assert.deepEqual(bytesOf(messages), bytesOf(await recordedMessages('25-set-block-level0')));
    assert.deepEqual(gateway.heard.subarray(0, 4), Buffer.from([0, 0, 0x10, 0]));
    assert.deepEqual(gateway.heard.subarray(-4), Buffer.alloc(4));
  });

  it('believes a refusal while there is more to send', async () => {
    const endless = stream(Array.from({ length: 2000 }, () => Buffer.alloc(65_536)));
    const part: Part = (socket) => {
      socket.resume().end(recordedBytes('33-set-block-in-use'));
    };
    const failure = await failureWith(part, { command: SET, content: endless });
    assert.equal(failure.message, 'the server refused: writing block data');
  });

  it('fails with what is wrong with the content', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new Failure('FILE_UNREADABLE', 'the file became shorter');
    }
    const failure = await failureWith(() => undefined, { command: SET, content: broken() });
    assert.deepEqual(
      [failure.code, failure.message],
      ['FILE_UNREADABLE', 'the file became shorter'],
    );
  });

  it('tells a refusal of ours by its code, and one of the original by its words', async () => {
    const refusal = async (text: string): Promise<Failure> =>
      await failureWith(saying(said({ kind: 'failure', text })));
    const ours = await refusal('there is no such block device [BLOCK_NOT_FOUND]');
    assert.ok(ours instanceof ServerRefusal);
    assert.deepEqual(
      [ours.code, ours.message],
      ['BLOCK_NOT_FOUND', 'there is no such block device'],
    );
    for (const text of [
      'get: no unikernel found',
      'what is this [NO_CODE]',
      'toString [toString]',
    ]) {
      const theirs = await refusal(text);
      assert.ok(theirs instanceof ServerRefusal);
      assert.deepEqual(
        [theirs.code, theirs.message],
        ['REMOTE_REFUSED', `the server refused: ${text}`],
      );
    }
  });

  it('fails when there is no answer, or none that can be read', async () => {
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [Buffer.alloc(0), /closed the connection without a whole answer/],
      [Buffer.from([0, 0]), /sent cannot be read: at byte 2: expected 2 more bytes of a length/],
      [Buffer.from([0, 0, 0, 0]), /sent cannot be read: a message without a byte/],
      [Buffer.from([0, 0, 0, 1, 5]), /sent cannot be read: at byte 0/],
      [Buffer.from([255, 255, 255, 255]), /expected a frame of at most 536870912 bytes/],
    ];
    for (const [bytes, message] of cases) {
      const failure = await failureWith(saying(bytes));
      assert.match(failure.message, message);
      assert.equal(failure.code, 'REMOTE_LOST');
    }
    const question = await failureWith(saying(said({ kind: 'command', command: INFO })));
    assert.equal(question.code, 'REPLY_INVALID');
    const broken = await failureWith((socket) => void socket.destroy());
    assert.equal(broken.code, 'REMOTE_LOST');
  });

  it('that is a stream fails when the server ends it, with the words of the original too', async () => {
    const begun = answered('subscribed');
    const theirs = said({ kind: 'failure', text: 'exception while reading from fd' });
    for (const bytes of [begun, Buffer.concat([begun, theirs])]) {
      const failure = await failureWith(saying(bytes), { command: STATS });
      assert.equal(failure.code, 'REMOTE_LOST');
      assert.match(failure.message, /^127\.0\.0\.1:\d+ ended the stream$/);
    }
    const none = await failureWith(saying(Buffer.alloc(0)), { command: STATS });
    assert.match(none.message, /without a whole answer/);
  });

  it('gives up on a server that says nothing', async () => {
    await using gateway = await ToyGateway.start(authority, () => undefined);
    const failure = await failureOf(talk(gateway, { command: INFO }, { silenceMs: 50 }));
    assert.deepEqual([failure.code, exitStatusOf(failure.code)], ['DEADLINE_EXCEEDED', 121]);
    assert.match(failure.message, /nothing came from 127\.0\.0\.1:\d+ for 0\.05 s/);
  });

  it('is not begun with another server, which is told nothing', async () => {
    await using other = await ToyAuthority.make();
    await using gateway = await ToyGateway.start(
      other,
      saying(recordedBytes('53-create-crash-exit42')),
    );
    const failure = await failureOf(talk(gateway, { command: INFO }));
    assert.deepEqual([failure.code, exitStatusOf(failure.code)], ['SERVER_UNTRUSTED', 120]);
    assert.match(
      failure.message,
      /is not trusted: .*certificate signature failure; it was told nothing/,
    );
    assert.deepEqual(gateway.shown, []);
  });

  it('is not begun where nobody is, or nobody who speaks TLS', async () => {
    const plain = createServer();
    const parts: ((socket: Socket) => void)[] = [
      (socket) => void socket.end('220 mail.example ESMTP\r\n'),
      (socket) => void socket.destroy(),
      () => undefined,
    ];
    const sockets: Socket[] = [];
    plain.on('connection', (socket) => {
      sockets.push(socket.on('error', () => undefined));
      parts.shift()?.(socket);
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const server = { host: '127.0.0.1', port: (plain.address() as AddressInfo).port };
    const impatient = { handshakeMs: 100 };
    for (const code of ['REMOTE_LOST', 'REMOTE_LOST', 'DEADLINE_EXCEEDED'])
      assert.equal((await failureOf(talk(server, { command: INFO }, impatient))).code, code);
    for (const socket of sockets) socket.destroy();
    plain.close();
    await once(plain, 'close');
    const nobody = await failureOf(talk(server, { command: INFO }));
    assert.deepEqual([nobody.code, exitStatusOf(nobody.code)], ['REMOTE_UNREACHABLE', 122]);
    assert.match(nobody.message, /^no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    const nowhere = await failureOf(talk({ host: 'nowhere.invalid', port: 1 }, { command: INFO }));
    assert.equal(nowhere.code, 'REMOTE_UNREACHABLE');
  });
});

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

function bytesOf(messages: readonly WireMessage[]): readonly string[] {
  return messages.map((one) => Buffer.concat(encodeMessage(one)).toString('hex'));
}
