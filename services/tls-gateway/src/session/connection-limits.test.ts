import { eventually } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import { concatenate, WireError } from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { FrameRoom } from './frame-room.ts';
import { aborted, connect, frame, HEADER, MIB } from './testing/connections.ts';
import { tcpPair } from './testing/socket-pairs.ts';

describe('a connection', () => {
  it('refuses a frame beyond its limit before it has come', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets);
    sockets.theirs.write(Buffer.concat([...frame(5), Buffer.from([0, 16, 0, 1])]));
    assert.equal((await connection.frames.next()).done, false);
    await assert.rejects(
      async () => await connection.frames.next(),
      (error) => {
        assert.ok(error instanceof WireError);
        const found = 'expected a frame of at most 1048576 bytes, found one of 1048577';
        assert.equal(error.message, `at byte 9: ${found}`);
        return true;
      },
    );
    // The client can be told.
    const answer = buffer(sockets.theirs);
    await connection.client(HEADER).write([Buffer.from('no')]);
    sockets.theirs.end();
    await connection.end();
    assert.equal((await answer).toString(), 'no');
  });

  it('refuses a stream that ends within a frame', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets);
    sockets.theirs.end(Buffer.from([0, 0, 0, 9, 1, 2]));
    await assert.rejects(
      async () => await connection.frames.next(),
      /^WireError: at byte 6: expected 7 more bytes of a frame, found the end$/,
    );
  });

  it('does not wait for ever for a frame, nor for the rest of one', async () => {
    for (const [sent, expected] of [
      [[], 'nothing more came within 0.05 seconds, and more has to come'],
      [
        [0, 0, 1, 0, 7],
        'no more than 5 bytes of a frame came within 0.05 seconds, and more has to come',
      ],
    ] as const) {
      await using sockets = await tcpPair();
      const connection = connect(sockets, { silenceMsMax: 50 });
      sockets.theirs.write(Buffer.from(sent));
      await eventually('it came', () => sockets.ours.bytesRead === sent.length);
      await assert.rejects(
        async () => await connection.frames.next(),
        (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.message, expected);
          return true;
        },
      );
      assert.equal(connection.gone.aborted, false);
    }
  });

  it('is not patient with who sends a byte now and then', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets, { silenceMsMax: 200 });
    sockets.theirs.write(Buffer.from([0, 0, 255, 255]));
    const drip = setInterval(() => sockets.theirs.write(Buffer.from([1])), 10);
    await assert.rejects(
      async () => await connection.frames.next(),
      /bytes of a frame came within/,
    );
    clearInterval(drip);
  });

  it('has time for a large frame, as long as it comes on', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets, { silenceMsMax: 300 });
    const bytes = concatenate(frame(8 * 65_536));
    let at = 0;
    const steady = setInterval(() => {
      sockets.theirs.write(bytes.subarray(at, at + 65_536));
      at += 65_536;
    }, 80);
    const next = await connection.frames.next();
    clearInterval(steady);
    assert.equal(next.value?.kind, 'content');
  });

  it('is silent for whom nothing came but what was handed out', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets);
    sockets.theirs.write(Buffer.concat([...frame(5), ...frame(6)]));
    await connection.frames.next();
    assert.equal(connection.client(HEADER).silent.aborted, true);
    await connection.frames.next();
    const client = connection.client(HEADER);
    assert.equal(client.silent.aborted, false);
    sockets.theirs.write(Buffer.from([0]));
    await aborted(client.silent);
    assert.equal(connection.client(HEADER).silent.aborted, true);
    assert.equal(client.gone.aborted, false);
  });

  it('is told when all of them hold too much, but for one, until that is closed', async () => {
    const room = new FrameRoom(MIB);
    await using first = await tcpPair();
    await using second = await tcpPair();
    await using third = await tcpPair();
    const bytes = concatenate(frame(700_000));
    const [one, other] = [connect(first, { room }), connect(second, { room })];
    const frames = [one, other].map(async ({ frames }) => await frames.next());
    // Both have most of theirs, and there is no room for both.
    for (const { theirs } of [first, second]) theirs.write(bytes.subarray(0, 500_000));
    for (const { ours } of [first, second])
      await eventually('it is there', () => ours.bytesRead === 500_000);
    for (const { theirs } of [first, second]) theirs.write(bytes.subarray(500_000));
    const ends = await Promise.allSettled(frames);
    const [refused, ...others] = ends.flatMap((end) =>
      end.status === 'rejected' ? [end.reason as unknown] : [],
    );
    assert.ok(refused instanceof Failure && refused.code === 'BUSY');
    assert.deepEqual(others, []);
    for (const connection of [one, other]) connection[Symbol.dispose]();
    for (const { ours } of [first, second]) if (!ours.closed) await once(ours, 'close');
    const taken = connect(third, { room });
    third.theirs.write(bytes);
    assert.equal((await taken.frames.next()).value?.kind, 'content');
  });

  it('is gone at once when its socket is closed already, and when it is disposed of', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets);
    connection[Symbol.dispose]();
    assert.equal((connection.gone.reason as Error).message, 'the connection was closed here');
    assert.equal(connect(sockets).gone.aborted, true);
    await connection.end();
  });

  it('writes nothing behind its end', async () => {
    await using sockets = await tcpPair();
    const connection = connect(sockets);
    const client = connection.client(HEADER);
    const ended = connection.end();
    await assert.rejects(client.write([Buffer.from('late')]), /the connection was ended/);
    sockets.theirs.resume().end();
    await ended;
  });
});
