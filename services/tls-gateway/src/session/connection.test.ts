import { eventually } from '@albatross/shared/bus/testing/asserts';
import { concatenate, type Frame } from '@albatross/wire';
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { aborted, connect, frame, HEADER, MIB } from './testing/connections.ts';
import { tcpPair, tlsPair } from './testing/socket-pairs.ts';

for (const [kind, pair] of [
  ['a TCP socket', tcpPair],
  ['a TLS socket', tlsPair],
] as const)
  describe(`a connection over ${kind}`, () => {
    it('gives frames in whatever pieces they come, and ends with them', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const bytes = concatenate([...frame(3), ...frame(100_000), new Uint8Array(4), ...frame(1)]);
      for (let at = 0; at < bytes.length; at += 30_001)
        sockets.theirs.write(bytes.subarray(at, at + 30_001));
      sockets.theirs.end();
      assert.deepEqual(await lengths(connection), [3, 100_000, 0, 1]);
      assert.equal(connection.gone.aborted, false);
    });

    it('answers who has ended its side, and then ends', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const client = connection.client(HEADER);
      sockets.theirs.end();
      await aborted(client.silent);
      assert.equal(client.gone.aborted, false);
      const answer = buffer(sockets.theirs);
      await client.write([Buffer.from('an '), Buffer.from('answer')]);
      await connection.end();
      assert.equal((await answer).toString(), 'an answer');
      assert.equal(client.gone.aborted, true);
    });

    it('delivers its answer though the client goes on talking', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const answer = buffer(sockets.theirs);
      const isTalking = talk(sockets.theirs);
      await eventually('it does not read on', () => sockets.ours.isPaused());
      const bytes = Buffer.alloc(MIB, 'a');
      await connection.client(HEADER).write([bytes]);
      const ended = connection.end();
      assert.equal((await answer).length, bytes.length);
      isTalking.abort();
      sockets.theirs.end();
      await ended;
    });

    it('holds what nobody reads, up to a limit, and then lets the client wait', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const before = sockets.ours.bytesRead;
      const isTalking = talk(sockets.theirs);
      await eventually('it does not read on', () => sockets.ours.isPaused());
      await eventually('the client waits', () => sockets.theirs.writableNeedDrain);
      const heldBytes = sockets.ours.bytesRead - before;
      assert.ok(heldBytes < MIB, String(heldBytes));
      // And goes on when somebody reads.
      for (let count = 0; count < 10_000; count += 1) await connection.frames.next();
      isTalking.abort();
    });

    it('is gone when the client is, in the middle of a frame and of an answer', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const client = connection.client(HEADER);
      sockets.theirs.write(concatenate(frame(1000)).subarray(0, 500));
      const waiting = assert.rejects(async () => await connection.frames.next());
      const writing = assert.rejects(client.write([Buffer.alloc(64 * MIB)]));
      await aborted(client.silent);
      sockets.reset();
      await aborted(client.gone);
      await waiting;
      await writing;
      await assert.rejects(client.write([Buffer.from('more')]), client.gone.reason as Error);
      await connection.end();
    });

    it('is gone when the client takes nothing of an answer for too long', async () => {
      await using sockets = await pair();
      const connection = connect(sockets, { writeMsMax: 50 });
      const client = connection.client(HEADER);
      const stuck = { message: 'the other side took nothing for 0.05 seconds' };
      await assert.rejects(client.write([Buffer.alloc(64 * MIB)]), stuck);
      assert.equal(client.gone.aborted, true);
      assert.equal(sockets.ours.destroyed, true);
      await connection.end();
    });

    it('waits for a client that reads slowly', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      const client = connection.client(HEADER);
      const parts = [Buffer.alloc(32 * MIB, 'a'), Buffer.from('b')];
      const written = Promise.all([client.write(parts), client.write([Buffer.from('c')])]);
      await eventually('there is no room', () => sockets.ours.writableNeedDrain);
      const first = await Promise.race([written.then(() => 'written'), setImmediate('waiting')]);
      assert.equal(first, 'waiting');
      const answer = buffer(sockets.theirs);
      await written;
      await connection.end();
      const all = await answer;
      assert.equal(all.length, 32 * MIB + 2);
      assert.equal(all.subarray(-2).toString(), 'bc');
    });

    it('closes a socket whose client does not end', async () => {
      await using sockets = await pair();
      const connection = connect(sockets);
      sockets.theirs.resume();
      // What waits for the end must not be garbage meanwhile.
      const collecting = setInterval(collectGarbage, 50);
      await connection.end();
      clearInterval(collecting);
      assert.equal(sockets.ours.destroyed, true);
    });
  });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function lengths(connection: Connection): Promise<number[]> {
  const all: Frame[] = [];
  for (;;) {
    const next = await connection.frames.next();
    if (next.done === true) break;
    all.push(next.value);
  }
  return all.map((one) => (one.kind === 'end' ? 0 : one.bytes.length));
}

/** Sends frames for as long as they are taken. */
function talk(socket: Socket): AbortController {
  const end = new AbortController();
  const bytes = concatenate(Array.from({ length: 1000 }, () => frame(60)).flat());
  const write = (): void => {
    while (!end.signal.aborted && socket.writable && socket.write(bytes));
  };
  socket.on('drain', write);
  write();
  return end;
}
