import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { Child } from '@albatross/shared/runtime/testing/child';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { BLOBS_BYTES_PER_CALLER_MAX } from './blob-room.ts';
import { inflateImage } from './inflate-image.ts';
import { BlobBench, digestOf, MIB, refuses } from '../testing/blob-bench.ts';

const image = Buffer.alloc(300_000, 'the bytes of an image ');
const zlib = deflateSync(image);

let bench: BlobBench;
beforeEach(async () => {
  bench = await BlobBench.make();
});
afterEach(async () => await bench[Symbol.asyncDispose]());

describe('a compressed image', () => {
  it('is inflated in its place, and has the digest of what it holds', async () => {
    const blob = await bench.take(await bench.uploaded(zlib));
    const inflated = await inflateImage(blob);
    assert.deepEqual(await readFile(inflated.path), image);
    assert.equal(inflated.digest, digestOf(image));
    assert.equal(inflated.sizeBytes, image.length);
    assert.equal(inflated.share.bytes, image.length);
    await inflated.release();
    assert.deepEqual(await bench.files(), []);
  });

  for (const [what, bytes, code] of [
    ['is no zlib stream', image, 'COMPRESSION_INVALID'],
    ['is cut short', zlib.subarray(0, -5), 'COMPRESSION_INVALID'],
    ['has something behind it', Buffer.concat([zlib, image]), 'COMPRESSION_INVALID'],
    ['is empty inside', deflateSync(Buffer.of()), 'IMAGE_EMPTY'],
  ] as const) {
    it(`that ${what} is refused, and leaves nothing behind`, async () => {
      const blob = await bench.take(await bench.uploaded(bytes));
      await refuses(code, inflateImage(blob));
      assert.equal(blob.share.bytes, bytes.length);
      assert.equal((await bench.files()).length, 1);
      await blob.release();
      assert.deepEqual(await bench.files(), []);
    });
  }

  it('may not hold more than an image may have, however small it is itself', async () => {
    const blob = await bench.take(await bench.uploaded(deflateSync(Buffer.alloc(MIB + 1))));
    await refuses('BLOB_LIMIT', inflateImage(blob, MIB));
    assert.equal((await bench.files()).length, 1);
    assert.equal((await inflateImage(blob, MIB + 1)).sizeBytes, MIB + 1);
  });

  it('counts with all it holds, so that bombs do not get past the limits', async () => {
    const blob = await bench.take(await bench.uploaded(deflateSync(Buffer.alloc(8 * MIB))));
    for (let left = BLOBS_BYTES_PER_CALLER_MAX - 4 * MIB; left > 0; left -= BLOB_BYTES_MAX)
      await bench.open(Math.min(left, BLOB_BYTES_MAX));
    await refuses('BLOB_LIMIT', inflateImage(blob));
  });

  it('takes no more memory the larger it is', async () => {
    const peaks: number[] = [];
    for (const [index, mib] of [1, 64].entries()) {
      const path = `${bench.state}/blobs/image-${index}`;
      await writeFile(path, deflateSync(Buffer.alloc(mib * MIB), { level: 1 }));
      const program = new URL('../testing/inflate-program.ts', import.meta.url);
      await using child = Child.start(program, path);
      peaks.push(Number(await child.line()));
    }
    const [small = 0, large = 0] = peaks;
    assert.ok(small > 0 && large < small + 48 * 1024, `${small} and ${large} KiB`);
  });
});
