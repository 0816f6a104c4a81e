import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BLOBS_BYTES_PER_CALLER_MAX } from './blob-room.ts';
import { Blobs } from './blobs.ts';
import { BlobBench, bytes, digestOf, name, refuses } from '../testing/blob-bench.ts';

let bench: BlobBench;
let blobs: Blobs;

beforeEach(async () => {
  bench = await BlobBench.make();
  ({ blobs } = bench);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

describe('an upload of unknown size', () => {
  it('is what had arrived when it was finished, and counts as it comes', async () => {
    const blob = await bench.open(null);
    await bench.write(blob, bytes.subarray(9), 9);
    await bench.write(blob, bytes.subarray(0, 9), 0);
    await bench.finish(blob);
    assert.equal((await bench.take(blob)).sizeBytes, bytes.length);
  });

  it('is no larger than an image may be', async () => {
    const blob = await bench.open(null);
    await refuses('BLOB_LIMIT', bench.write(blob, bytes, BLOB_BYTES_MAX - 1));
  });

  it('has no more room than there is for all of them', async () => {
    const others = BLOBS_BYTES_PER_CALLER_MAX / BLOB_BYTES_MAX;
    const blob = await bench.open(null);
    for (let n = 0; n < others; n += 1) await bench.open(BLOB_BYTES_MAX);
    await refuses('BLOB_LIMIT', bench.write(blob));
  });

  it('of an image is refused when it turns out empty', async () => {
    const blob = await bench.open(null);
    await refuses('IMAGE_EMPTY', bench.finish(blob, digestOf(Buffer.of())));
  });

  it('with a hole is refused, as its digest is another', async () => {
    const blob = await bench.open(null);
    await bench.write(blob, bytes.subarray(9), 9);
    await refuses('BLOB_DIGEST_MISMATCH', bench.finish(blob));
  });
});

describe('an upload of the content of a block device', () => {
  const openBlock = async (of: string, sizeBytes: number | null, compressed = false) =>
    await blobs.open('admin', {
      name: parseUnikernelName(of),
      sizeBytes,
      purpose: 'block',
      compressed,
    });

  beforeEach(async () => {
    const blockBytes = (of: string): number => {
      if (of === 'disk') return 4096;
      throw new Failure('BLOCK_NOT_FOUND', 'no');
    };
    bench = await BlobBench.make(bench.state, { blockBytes });
    ({ blobs } = bench);
  });

  it('is as large as the device at most, and may be empty', async () => {
    await openBlock('disk', 0);
    await openBlock('disk', 4096);
    await refuses('BLOCK_OVERFLOW', openBlock('disk', 4097));
  });

  it('may be a little larger when it is compressed', async () => {
    await openBlock('disk', 4097, true);
    await refuses('BLOCK_OVERFLOW', openBlock('disk', 8192, true));
  });

  it('of unknown size is refused as soon as it is larger', async () => {
    const { blob } = await openBlock('disk', null);
    const of = parseUnikernelName('disk');
    const more = { name: of, blob, offset: 4090, bytes: Buffer.alloc(7) };
    await refuses('BLOCK_OVERFLOW', blobs.write('admin', more));
  });

  it('is refused when there is no such device', async () => {
    await refuses('BLOCK_NOT_FOUND', openBlock('other', 1));
    await refuses(
      'BLOCK_NOT_FOUND',
      new Blobs(bench.state).open('a', { name, sizeBytes: 1, purpose: 'block' }),
    );
  });
});
