import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { zlibBytesMax } from '../contracts/blob.ts';
import { failureCode } from './testing/asserts.ts';
import { deflated, inflate, type Bytes } from './zlib-stream.ts';

async function* inPieces(bytes: Uint8Array, pieceBytes: number): Bytes {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function inflatedOf(source: Bytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await inflate(source, async (piece) => void pieces.push(piece));
  return Buffer.concat(pieces);
}

async function allOf(source: Bytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

const text = Buffer.from('the same words again and again. '.repeat(10_000));
const zlib = deflateSync(text);

describe('inflating', () => {
  it('gives back what was compressed, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 4096 }),
        fc.integer({ min: 1, max: 500 }),
        async (bytes, cut) => {
          const back = await inflatedOf(inPieces(deflateSync(bytes), cut));
          assert.deepEqual(new Uint8Array(back), bytes);
        },
      ),
      { numRuns: 50 },
    );
  });

  const broken: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', Buffer.of()],
    ['no zlib stream', Buffer.from('hello world')],
    ['a stream cut short', zlib.subarray(0, -1)],
    ['a stream cut shorter', zlib.subarray(0, zlib.length / 2)],
    ['a stream with a changed byte', zlib.with(zlib.length - 2, (zlib.at(-2) ?? 0) ^ 1)],
    ['a stream with a byte behind it', Buffer.concat([zlib, Buffer.of(0)])],
    ['two streams', Buffer.concat([zlib, zlib])],
    ['a stream with very much behind it', Buffer.concat([zlib, Buffer.alloc(4 << 20)])],
  ];
  for (const [what, bytes] of broken) {
    for (const cut of [zlib.length, 7_777]) {
      it(`refuses ${what}, in pieces of ${cut}`, async () => {
        assert.equal(await failureCode(inflatedOf(inPieces(bytes, cut))), 'COMPRESSION_INVALID');
      });
    }
  }

  it('stops when what takes it has enough, and says why', async () => {
    const bomb = deflateSync(Buffer.alloc(16 << 20));
    let taken = 0;
    const enough = new Error('enough');
    const inflating = inflate(inPieces(bomb, 4096), async (piece) => {
      taken += piece.length;
      if (taken > 1 << 20) throw enough;
    });
    await assert.rejects(inflating, (error) => error === enough);
    assert.ok(taken < 2 << 20, String(taken));
  });

  it('fails as its source fails', async () => {
    async function* failing(): Bytes {
      yield zlib.subarray(0, 10);
      throw new Error('the source failed');
    }
    await assert.rejects(inflatedOf(failing()), { message: 'the source failed' });
  });
});

describe('compressing', () => {
  for (const level of [0, 1, 9]) {
    it(`at level ${level} makes a zlib stream that is no larger than is said`, async () => {
      for (const bytes of [Buffer.of(), text, randomBytes(300_000)]) {
        const made = await allOf(deflated(inPieces(bytes, 5_000), level));
        assert.deepEqual(inflateSync(made), bytes);
        assert.ok(made.length <= zlibBytesMax(bytes.length), `${made.length} of ${bytes.length}`);
      }
    });
  }

  it('fails as its source fails', async () => {
    async function* failing(): Bytes {
      yield text;
      throw new Error('the source failed');
    }
    await assert.rejects(allOf(deflated(failing(), 1)), { message: 'the source failed' });
  });
});
