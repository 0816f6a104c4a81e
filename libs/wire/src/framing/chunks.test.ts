import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatenate } from '../der/writer.ts';
import { hex } from '../testing/hex.ts';
import { encodeChunks, readChunks } from './chunks.ts';
import { readFrames } from './frame-reader.ts';

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return pieces;
}

const frames = (bytes: Uint8Array): ReturnType<typeof readFrames> =>
  readFrames(stream([bytes]), { frameBytesMax: 65_536 });

describe('chunks', () => {
  it('are frames, and one without content behind them', async () => {
    const sent = await all(encodeChunks(stream([hex('0102')]), { compressed: false }));
    assert.deepEqual(concatenate(sent), hex('00000002 0102 00000000'));
    const none = await all(encodeChunks(stream([new Uint8Array()]), { compressed: false }));
    assert.deepEqual(concatenate(none), hex('00000000'));
  });

  it('are no longer than the original reads them', async () => {
    const content = new Uint8Array(70_000);
    for (const [compressed, lengths] of [
      [true, [65_540, 4468, 4]],
      [false, [...Array.from({ length: 17 }, () => 4100), 372, 4]],
    ] as const) {
      const sent = await all(encodeChunks(stream([content]), { compressed }));
      assert.deepEqual(
        sent.map(({ length }) => length),
        lengths,
      );
    }
  });

  it('are read as what was sent', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (content, compressed) => {
        const sent = concatenate(await all(encodeChunks(stream(content), { compressed })));
        assert.deepEqual(concatenate(await all(readChunks(frames(sent)))), concatenate(content));
      }),
      { numRuns: 50 },
    );
  });

  it('leave alone what follows their end', async () => {
    const both = frames(hex('00000001 01 00000000 00000002 0203'));
    assert.deepEqual(await all(readChunks(both)), [hex('01')]);
    assert.deepEqual(await both.next(), {
      done: false,
      value: { kind: 'content', offset: 9, bytes: hex('0203') },
    });
  });

  it('that stop before their end are refused', async () => {
    for (const [text, message] of [
      ['', 'at byte 0: expected a chunk or the end of them, found the end'],
      ['00000001 01', 'at byte 5: expected a chunk or the end of them, found the end'],
      ['00000002 01', 'at byte 5: expected 1 more bytes of a frame, found the end'],
    ] as const)
      await assert.rejects(all(readChunks(frames(hex(text)))), { name: 'WireError', message });
  });
});
