import { eventually } from '@albatross/shared/bus/testing/asserts';
import { lines } from '@albatross/shared/bus/testing/toy-console';
import { consoleFeed, type ConsoleEntry } from '@albatross/shared/contracts/console';
import { parseName } from '@albatross/shared/domain/name';
import { decodeMessage, readFrames } from '@albatross/wire';
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { Connection } from './connection.ts';
import { subscribeConsole } from './consoles.ts';
import { subscribeStats } from './statistics.ts';
import { tcpPair } from './testing/socket-pairs.ts';
import { StreamScene } from './testing/stream-scene.ts';

const LIMITS = { frameBytesMax: 1024 * 1024, silenceMsMax: 60_000, writeMsMax: 60_000 };
const HEADER = { sequence: 0n, name: parseName('hello') };

/** Console lines of 4 KiB, which begin with their number. */
function longLines(from: number, to: number): ConsoleEntry[] {
  return lines(from, to).map((one) => {
    const bytes = Buffer.from(String(one.seq).padEnd(4096, '.'));
    return { ...one, entry: { kind: 'line', bytes, truncated: false } };
  });
}

async function* numbersRead(socket: Socket): AsyncGenerator<number> {
  for await (const frame of readFrames(socket, LIMITS)) {
    assert.ok(frame.kind === 'content');
    const { payload } = decodeMessage(frame.bytes);
    if (payload.kind !== 'data' || payload.data.kind !== 'console') continue;
    yield Number.parseInt(Buffer.from(payload.data.line).toString());
  }
}

describe('a stream on a socket', () => {
  it('ends when the other side ends, closes, or says anything more', async () => {
    await using scene = await StreamScene.set({ hello: lines(1, 9) });
    for (const leave of [
      (socket: Socket) => socket.end(),
      (socket: Socket) => socket.destroy(),
      (socket: Socket) => socket.resetAndDestroy(),
      (socket: Socket) => socket.write('more'),
    ]) {
      for (const kind of ['console', 'stats'] as const) {
        await using pair = await tcpPair();
        using connection = new Connection(pair.ours, LIMITS);
        const client = connection.client(HEADER);
        let heard = 0;
        pair.theirs.on('data', ({ length }) => (heard += length));
        const over =
          kind === 'console'
            ? subscribeConsole(
                scene.order('hello', {
                  kind: 'console-subscribe',
                  from: { kind: 'count', lines: 20n },
                }),
                client,
                scene.system,
              )
            : subscribeStats(
                scene.order('hello', { kind: 'stats-subscribe' }),
                client,
                scene.system,
              );
        await eventually('something is heard', () => heard > 0);
        leave(pair.theirs);
        await over;
        const { consoleSubscribers, statsSubscribers } = scene.subscribers.figures;
        assert.deepEqual(
          [scene.followed, scene.listening, consoleSubscribers, statsSubscribers],
          [0, 0, 0, 0],
        );
      }
    }
  });

  it('that is read slowly has every line in the end', async () => {
    const total = 3000;
    const hello = parseName('hello');
    await using scene = await StreamScene.set({ hello: longLines(1, 3) });
    await using pair = await tcpPair();
    using connection = new Connection(pair.ours, LIMITS);
    pair.theirs.pause();
    const command = { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } } as const;
    const client = connection.client(HEADER);
    const over = subscribeConsole(scene.order('hello', command), client, scene.system);
    await eventually('it is written to', () => pair.ours.bytesWritten > 0);
    let told = 0;
    const unfollow = scene.gateway.follow(consoleFeed, hello, {
      onMessage: () => void (told += 1),
      onDropped: (count) => void (told += count),
    });
    await scene.gateway.flush();
    const { entries } = scene.toy.of('hello');
    for (let seq = 4; seq <= total; seq += 9) {
      const printed = longLines(seq, Math.min(total, seq + 8));
      entries.push(...printed);
      scene.toy.of('hello').tell(printed);
    }
    await eventually('the gateway was told of all', () => told === Math.ceil((total - 3) / 9));
    unfollow();
    let expected = 1;
    for await (const number of numbersRead(pair.theirs)) {
      assert.equal(number, expected);
      if (number === total) break;
      expected += 1;
    }
    await over;
    assert.equal(scene.followed, 0);
  });
});
