import { deferred } from '@albatross/shared/bus/deferred';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { BLOB_CHUNK_BYTES_MAX, BLOB_IDLE_MS } from '@albatross/shared/contracts/blob';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { BLOBS_PER_CALLER_MAX } from './blob-room.ts';
import { COMPRESSIONS_MAX } from './downloads.ts';
import { BlobBench, name, openFiles, refuses } from '../testing/blob-bench.ts';

const content = Buffer.alloc(2 * BLOB_CHUNK_BYTES_MAX + 77, 'what is downloaded ');

let bench: BlobBench;
let path: string;
let ends: number;

beforeEach(async () => {
  bench = await BlobBench.make();
  path = join(bench.state, 'blobs', 'original');
  await writeFile(path, content);
  ends = 0;
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function offer(
  compressionLevel = 0,
  onEnd = () => void (ends += 1),
): Promise<{ blob: string; sizeBytes: number }> {
  const file = await open(path);
  const { length: sizeBytes } = content;
  const offered = { file, sizeBytes, purpose: 'block', compressionLevel, onEnd } as const;
  return await bench.blobs.offer('admin', name, offered);
}

async function read(blob: string, offset: number, caller = 'admin', of = name): Promise<Buffer> {
  return Buffer.from((await bench.blobs.read(caller, { name: of, blob, offset })).bytes);
}

async function readAll(blob: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let offset = 0; ;) {
    const chunk = await read(blob, offset);
    if (chunk.length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
    offset += chunk.length;
  }
}

describe('a download', () => {
  it('is read chunk by chunk, in whatever order and as often as one likes, up to its end', async () => {
    const before = await openFiles();
    const { blob, sizeBytes } = await offer();
    assert.equal(sizeBytes, content.length);
    const last = await read(blob, 2 * BLOB_CHUNK_BYTES_MAX);
    assert.equal(last.length, 77);
    await read(blob, 2 * BLOB_CHUNK_BYTES_MAX);
    assert.equal(ends, 0);
    assert.deepEqual(await readAll(blob), content);
    assert.equal(ends, 1);
    assert.equal((await read(blob, content.length)).length, 0);
    assert.equal((await read(blob, Number.MAX_SAFE_INTEGER)).length, 0);
    await refuses('BLOB_UNKNOWN', read(blob, 0));
    await bench.close(blob);
    assert.equal(ends, 1);
    assert.equal(await openFiles(), before);
  });

  for (const level of [1, 9]) {
    it(`is a zlib stream at level ${level}, and does without the original while it is read`, async () => {
      const before = await openFiles();
      const { blob, sizeBytes } = await offer(level);
      assert.equal(ends, 1);
      await rm(path);
      const zlib = await readAll(blob);
      assert.equal(zlib.length, sizeBytes);
      assert.ok(zlib.length < content.length / 10);
      assert.deepEqual(inflateSync(zlib), content);
      await bench.close(blob);
      assert.equal(ends, 1);
      assert.equal(await openFiles(), before);
      assert.deepEqual(await bench.files(), []);
    });
  }

  it('keeps what is compressed in a file without a name, so that nothing is left whoever is killed', async () => {
    await offer(1);
    assert.deepEqual(await bench.files(), ['original']);
  });

  it('goes on when the original is removed', async () => {
    const { blob } = await offer();
    await rm(path);
    assert.deepEqual(await readAll(blob), content);
  });

  it('that is shorter than it was said to be is no download of zeros', async () => {
    const { blob } = await offer();
    await truncate(path, 100);
    await refuses('BLOB_INCOMPLETE', read(blob, 0));
    await refuses('BLOB_INCOMPLETE', offer(1));
    assert.equal(ends, 1);
  });

  it('is unknown to other callers, other names, and after it was closed', async () => {
    const { blob } = await offer();
    await refuses('BLOB_UNKNOWN', read(blob, 0, 'other'));
    await refuses('BLOB_UNKNOWN', read(blob, 0, 'admin', parseUnikernelName('other')));
    await bench.blobs.close('other', { name, blob });
    assert.equal(ends, 0);
    await bench.close(blob);
    await bench.close(blob);
    assert.equal(ends, 1);
    await refuses('BLOB_UNKNOWN', read(blob, 0));
  });

  it('of which nothing is heard is closed', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const before = await openFiles();
    const { blob } = await offer();
    t.mock.timers.tick(BLOB_IDLE_MS - 1);
    await read(blob, 0);
    assert.equal(ends, 0);
    t.mock.timers.tick(BLOB_IDLE_MS);
    t.mock.timers.reset();
    await eventually('it is closed', () => ends === 1);
    await refuses('BLOB_UNKNOWN', read(blob, 0));
    assert.equal(await openFiles(), before);
  });

  it('counts as one of its caller until it is closed', async () => {
    const first = await offer();
    for (let n = 1; n < BLOBS_PER_CALLER_MAX; n += 1) await bench.open(1);
    await refuses('BLOB_LIMIT', offer());
    assert.equal(ends, 1);
    await readAll(first.blob);
    await refuses('BLOB_LIMIT', offer());
    await bench.close(first.blob);
    await offer();
  });

  it('is compressed only with so many others at a time', async () => {
    const begun = deferred();
    const together = Array.from({ length: COMPRESSIONS_MAX + 1 }, async () => {
      await begun.promise;
      return await offer(9);
    });
    begun.resolve();
    const outcomes = await Promise.allSettled(together);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, COMPRESSIONS_MAX);
    assert.equal(ends, COMPRESSIONS_MAX + 1);
    await offer(1);
  });
});
