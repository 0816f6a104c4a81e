import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatenate } from '../der/writer.ts';
import { assertRefused } from '../testing/asserts.ts';
import { hex } from '../testing/hex.ts';
import { FrameReader, readFrames } from './frame-reader.ts';
import { encodeEnd, encodeFrame, type Frame } from './frame.ts';

const limits = { frameBytesMax: 1000 };

const content = fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }), { nil: null });

function encode(contents: readonly (Uint8Array | null)[]): Uint8Array {
  return concatenate(
    contents.flatMap((bytes) => (bytes === null ? encodeEnd() : encodeFrame([bytes]))),
  );
}

/** Cuts bytes at some of these places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const inside = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...inside, bytes.length].map((end, index) => bytes.subarray(inside[index - 1] ?? 0, end));
}

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function collect(frames: AsyncIterable<Frame>, into: Frame[] = []): Promise<Frame[]> {
  for await (const frame of frames) into.push(frame);
  return into;
}

describe('a stream of frames', () => {
  it('is the same frames, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (contents, places) => {
          const bytes = encode(contents);
          const frames = await collect(readFrames(stream(cut(bytes, places)), limits));
          const read = frames.map((frame) => (frame.kind === 'end' ? null : frame.bytes));
          assert.deepEqual(read, contents);
          for (const frame of frames)
            if (frame.kind === 'content')
              assert.deepEqual(
                bytes.subarray(frame.offset + 4, frame.offset + 4 + frame.bytes.length),
                frame.bytes,
              );
        },
      ),
    );
  });

  it('byte by byte is the same', () => {
    const reader = new FrameReader(limits);
    const bytes = encode([hex('010203'), null, hex('04')]);
    const frames = Array.from(bytes).flatMap((byte) => reader.push(Uint8Array.of(byte)));
    reader.finish();
    assert.deepEqual(frames, [
      { kind: 'content', offset: 0, bytes: hex('010203') },
      { kind: 'end', offset: 7 },
      { kind: 'content', offset: 11, bytes: hex('04') },
    ]);
  });

  it('has frames that are views where they came in one piece', () => {
    const bytes = encode([hex('0102'), hex('03')]);
    for (const frame of new FrameReader(limits).push(bytes))
      assert.ok(frame.kind === 'content' && frame.bytes.buffer === bytes.buffer);
  });

  it('keeps what was given, whatever comes later', () => {
    const reader = new FrameReader(limits);
    const [first, second] = [encode([hex('01020304')]), encode([hex('05060708')])].map((bytes) =>
      [bytes.subarray(0, 6), bytes.subarray(6)].flatMap((piece) => reader.push(piece)),
    );
    assert.deepEqual(first, [{ kind: 'content', offset: 0, bytes: hex('01020304') }]);
    assert.deepEqual(second, [{ kind: 'content', offset: 8, bytes: hex('05060708') }]);
  });

  it('takes memory for what has come, not for what was announced', () => {
    const reader = new FrameReader({ frameBytesMax: 2 ** 31 });
    reader.push(hex('7fffffff'));
    assert.equal(reader.heldBytes, 0);
    const piece = new Uint8Array(1000);
    for (let count = 1; count <= 100; count += 1) {
      reader.push(piece);
      assert.ok(reader.heldBytes <= 2 * count * piece.length, `${reader.heldBytes} at ${count}`);
    }
  });

  it('takes no memory beyond the frame, nor between frames', () => {
    const reader = new FrameReader(limits);
    const bytes = encode([new Uint8Array(1000)]);
    for (let at = 0; at < bytes.length; at += 9) {
      reader.push(bytes.subarray(at, at + 9));
      assert.ok(reader.heldBytes <= 1000);
    }
    assert.equal(reader.heldBytes, 0);
    reader.finish();
  });

  it('is refused from a frame beyond the limit on, before its content is there', async () => {
    const bytes = concatenate([encode([hex('01')]), hex('000003e9')]);
    const message = 'at byte 5: expected a frame of at most 1000 bytes, found one of 1001';
    const reader = new FrameReader(limits);
    assert.equal(reader.push(bytes).length, 1);
    assertRefused(() => reader.push(hex('00')), message);
    assertRefused(() => reader.push(new Uint8Array()), message);
    assertRefused(() => reader.finish(), message);
    assert.equal(reader.heldBytes, 0);
    const read: Frame[] = [];
    await assert.rejects(collect(readFrames(stream([bytes]), limits), read), { message });
    assert.equal(read.length, 1);
  });

  it('is refused with a length below 0', () => {
    const message = 'at byte 0: expected a frame of at most 1000 bytes, found one of 4294967295';
    assertRefused(() => new FrameReader(limits).push(hex('ffffffff')), message);
  });

  it('may not end within a frame', () => {
    for (const [text, message] of [
      ['00', 'at byte 1: expected 3 more bytes of a length, found the end'],
      ['00000001 01 000000', 'at byte 8: expected 1 more bytes of a length, found the end'],
      ['00000003', 'at byte 4: expected 3 more bytes of a frame, found the end'],
      ['00000003 0102', 'at byte 6: expected 1 more bytes of a frame, found the end'],
    ] as const) {
      const reader = new FrameReader(limits);
      reader.push(hex(text));
      assertRefused(() => reader.finish(), message);
    }
  });
});
