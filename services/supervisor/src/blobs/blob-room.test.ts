import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  BLOBS_BYTES_MAX,
  BLOBS_BYTES_PER_CALLER_MAX,
  BLOBS_MAX,
  BLOBS_PER_CALLER_MAX,
  DISK_RESERVE_BYTES,
} from './blob-room.ts';
import type { Blobs, TakenBlob } from './blobs.ts';
import { BlobBench, MIB, name, refuses } from '../testing/blob-bench.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';

const noSmallDisk = await TinyDisk.whyNot();

let bench: BlobBench;
let blobs: Blobs;

beforeEach(async () => {
  bench = await BlobBench.make();
  ({ blobs } = bench);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

describe('limits of uploads', () => {
  it('one has a largest size', async () => {
    await refuses('BLOB_LIMIT', bench.open(BLOB_BYTES_MAX + 1));
    await refuses('BLOB_LIMIT', bench.open(Number.MAX_SAFE_INTEGER));
  });

  it('a caller may have only so many, begun at the same time or not; one that ends makes room', async () => {
    const opening = Array.from(
      { length: BLOBS_PER_CALLER_MAX + 10 },
      async () => await bench.open(1),
    );
    const opened = await Promise.allSettled(opening);
    const good = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(good.length, BLOBS_PER_CALLER_MAX);
    await refuses('BLOB_LIMIT', bench.open(1));
    await bench.write(good[0] ?? '', Buffer.of(7));
    await refuses('BLOB_DIGEST_MISMATCH', bench.finish(good[0] ?? ''));
    await bench.open(1);
    await refuses('BLOB_LIMIT', bench.open(1));
    await bench.close(good[1] ?? '');
    await bench.open(1);
  });

  it('whoever comes through a gateway has as much as a caller, with all below them', async () => {
    const from = async (gateway: string, of: string): Promise<unknown> =>
      await blobs.open(gateway, { name: parseUnikernelName(of), sizeBytes: 1 });
    for (let n = 0; n < BLOBS_PER_CALLER_MAX; n += 1) await from('tls-gateway', `alice:s${n}:web`);
    await refuses('BLOB_LIMIT', from('tls-gateway', 'alice:web'));
    await from('tls-gateway', 'bob:web');
    await from('local-gateway', 'alice:web');
  });

  it('a caller that has all it may have leaves room for others, up to a limit of all', async () => {
    const callers = Array.from({ length: 6 }, (_, n) => `caller-${n}`);
    let opened = 0;
    for (const caller of callers) {
      const asked = Array.from({ length: BLOBS_PER_CALLER_MAX }, async () => {
        return await blobs.open(caller, { name, sizeBytes: 1 });
      });
      const outcomes = await Promise.allSettled(asked);
      opened += outcomes.filter(({ status }) => status === 'fulfilled').length;
    }
    assert.equal(opened, BLOBS_MAX);
  });

  it('all images of a caller together have only so many bytes', async () => {
    const most = BLOBS_BYTES_PER_CALLER_MAX / BLOB_BYTES_MAX;
    const opening = Array.from({ length: most + 1 }, async () => await bench.open(BLOB_BYTES_MAX));
    const opened = await Promise.allSettled(opening);
    assert.equal(opened.filter(({ status }) => status === 'fulfilled').length, most);
    await refuses('BLOB_LIMIT', bench.open(1));
    await blobs.open('another', { name, sizeBytes: BLOB_BYTES_MAX });
  });

  it('all images of all callers together have only so many bytes', async () => {
    const perCaller = BLOBS_BYTES_PER_CALLER_MAX / BLOB_BYTES_MAX;
    const most = BLOBS_BYTES_MAX / BLOB_BYTES_MAX;
    for (let n = 0; n < most; n += 1) {
      const caller = `caller-${Math.floor(n / perCaller)}`;
      await blobs.open(caller, { name, sizeBytes: BLOB_BYTES_MAX });
    }
    await refuses('BLOB_LIMIT', blobs.open('one more', { name, sizeBytes: 1 }));
  });

  it('one that a command works on counts until the command lets go of it', async () => {
    const taken: TakenBlob[] = [];
    for (let n = 0; n < BLOBS_PER_CALLER_MAX; n += 1)
      taken.push(await bench.take(await bench.uploaded()));
    await refuses('BLOB_LIMIT', bench.open(1));
    await taken[0]?.release();
    await taken[0]?.release();
    await bench.open(1);
    await refuses('BLOB_LIMIT', bench.open(1));
    assert.equal((await bench.files()).length, BLOBS_PER_CALLER_MAX);
  });

  it('a refused one takes nothing away from the others', async () => {
    await refuses('BLOB_LIMIT', bench.open(BLOB_BYTES_MAX + 1));
    await rm(join(bench.state, 'blobs'), { recursive: true });
    await assert.rejects(bench.open(BLOB_BYTES_MAX), { code: 'ENOENT' });
    await mkdir(join(bench.state, 'blobs'));
    const most = BLOBS_BYTES_PER_CALLER_MAX / BLOB_BYTES_MAX;
    for (let n = 0; n < most; n += 1) await bench.open(BLOB_BYTES_MAX);
  });
});

describe('a disk with little room', () => {
  const RESERVE_KIB = DISK_RESERVE_BYTES / 1024;

  it('takes only uploads that all fit, with some room left', { skip: noSmallDisk }, async (t) => {
    const disk = await TinyDisk.mount(t, RESERVE_KIB + 1024);
    await useDisk(disk);
    await refuses('DISK_FULL', bench.open(2 * MIB));
    const blob = await bench.open(MIB / 2);
    await refuses('DISK_FULL', bench.open(MIB * 0.75));
    await bench.write(blob, Buffer.alloc(MIB / 2));
    await bench.open(MIB / 4);
    await refuses('DISK_FULL', bench.open(MIB / 2));
    await refuses('BLOB_DIGEST_MISMATCH', bench.finish(blob));
    await bench.open(MIB / 2);
  });

  it(
    'says so when it is full in the middle of a chunk, and keeps nothing of the upload',
    { skip: noSmallDisk },
    async (t) => {
      const disk = await TinyDisk.mount(t, RESERVE_KIB + 1024);
      await useDisk(disk);
      const blob = await bench.open(MIB / 2);
      await disk.resize(64);
      await refuses('DISK_FULL', bench.write(blob, Buffer.alloc(MIB / 2)));
      await refuses('BLOB_UNKNOWN', bench.write(blob));
      assert.deepEqual(await readdir(join(disk.path, 'blobs')), []);
    },
  );

  async function useDisk({ path }: TinyDisk): Promise<void> {
    await bench[Symbol.asyncDispose]();
    bench = await BlobBench.make(path);
    ({ blobs } = bench);
  }
});
