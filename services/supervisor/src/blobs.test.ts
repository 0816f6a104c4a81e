import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { BLOB_BYTES_MAX, BLOB_IDLE_MS } from '@albatross/shared/contracts/blob';
import type { FailureCode } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Blobs, BLOBS_BYTES_MAX, BLOBS_MAX, DISK_RESERVE_BYTES, type TakenBlob } from './blobs.ts';
import { digestOf } from './testing/bench.ts';
import { TinyDisk } from './testing/tiny-disk.ts';

const noSmallDisk = await TinyDisk.whyNot();

const name = parseUnikernelName('hello');
const otherName = parseUnikernelName('other');
const bytes = Buffer.from('the bytes of an image');
const MIB = 2 ** 20;

let state: string;
let blobs: Blobs;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-blobs-'));
  blobs = new Blobs(state);
  await blobs.prepare();
});
afterEach(async () => {
  await blobs[Symbol.asyncDispose]();
  await rm(state, { recursive: true });
});

const open = async (sizeBytes = bytes.length): Promise<string> =>
  (await blobs.open('admin', { name, sizeBytes })).blob;

async function write(blob: string, part: Uint8Array = bytes, offset = 0): Promise<void> {
  await blobs.write('admin', { name, blob, offset, bytes: part });
}

async function finish(blob: string, sha256 = digestOf(bytes)): Promise<void> {
  await blobs.finish('admin', { name, blob, sha256 });
}

async function uploaded(): Promise<string> {
  const blob = await open();
  await write(blob);
  await finish(blob);
  return blob;
}

const take = async (blob: string): Promise<TakenBlob> => await blobs.take('admin', name, blob);
const files = async (): Promise<readonly string[]> => await readdir(join(state, 'blobs'));
const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

async function refuses(code: FailureCode, promise: Promise<unknown>): Promise<void> {
  assert.equal(await failureCode(promise), code);
}

describe('an upload', () => {
  it('is taken as it was written, in whatever order', async () => {
    const before = await openFiles();
    const blob = await open();
    await Promise.all([write(blob, bytes.subarray(9), 9), write(blob, bytes.subarray(0, 9), 0)]);
    await write(blob, bytes.subarray(5, 12), 5);
    await finish(blob);
    const taken = await take(blob);
    assert.equal(taken.digest, digestOf(bytes));
    assert.equal(taken.sizeBytes, bytes.length);
    assert.deepEqual(await readFile(taken.path), bytes);
    assert.equal(await openFiles(), before);
  });

  it('is taken only once', async () => {
    const blob = await uploaded();
    const taken = await Promise.allSettled([take(blob), take(blob)]);
    assert.deepEqual(
      taken.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    await refuses('BLOB_UNKNOWN', take(blob));
  });

  it('may be finished again, as after a reply that was lost', async () => {
    const blob = await open();
    await write(blob);
    await Promise.all([finish(blob), finish(blob)]);
    await finish(blob);
    await take(blob);
  });

  it('is not taken before it is finished', async () => {
    const blob = await open();
    await write(blob);
    await refuses('BLOB_INCOMPLETE', take(blob));
    const finishing = finish(blob);
    await refuses('BLOB_INCOMPLETE', take(blob));
    await finishing;
    await take(blob);
  });

  it('is not finished before all its bytes are there, and goes on', async () => {
    const blob = await open();
    await write(blob, bytes.subarray(0, 5));
    await refuses('BLOB_INCOMPLETE', finish(blob));
    await write(blob);
    await finish(blob);
  });

  it('is thrown away when other bytes arrived than were sent', async () => {
    const blob = await open();
    await write(blob);
    await refuses('BLOB_DIGEST_MISMATCH', finish(blob, 'f'.repeat(64)));
    await refuses('BLOB_UNKNOWN', write(blob));
    assert.deepEqual(await files(), []);
  });

  it('does not change any more once its digest is being taken', async () => {
    const blob = await open();
    await write(blob);
    const finishing = finish(blob);
    const evil = Buffer.from('evil');
    await refuses('BLOB_UNKNOWN', write(blob, evil));
    await finishing;
    await refuses('BLOB_UNKNOWN', write(blob, evil));
    assert.deepEqual(await readFile((await take(blob)).path), bytes);
  });

  it('has the digest of the bytes that were still being written when it was finished', async () => {
    const large = Buffer.alloc(MIB, 'x');
    const blob = await open(large.length);
    await write(blob, Buffer.alloc(large.length));
    const writing = write(blob, large);
    await finish(blob, digestOf(large));
    await writing;
    assert.deepEqual(await readFile((await take(blob)).path), large);
  });

  it('does not outgrow what it was opened for', async () => {
    const blob = await open();
    await refuses('BLOB_LIMIT', write(blob, bytes, 1));
    await refuses('BLOB_LIMIT', write(blob, Buffer.of(1), Number.MAX_SAFE_INTEGER - 1));
    await write(blob);
    await finish(blob);
  });

  it('of nothing is refused', async () => await refuses('IMAGE_EMPTY', open(0)));
});

describe('an upload belongs to its caller and its name', () => {
  const strangers = [
    ['another caller', 'other', name],
    ['another name', 'admin', otherName],
  ] as const;
  for (const [who, caller, of] of strangers) {
    it(`and is unknown to ${who}`, async () => {
      const blob = await uploaded();
      const sha256 = digestOf(bytes);
      await refuses('BLOB_UNKNOWN', blobs.write(caller, { name: of, blob, offset: 0, bytes }));
      await refuses('BLOB_UNKNOWN', blobs.finish(caller, { name: of, blob, sha256 }));
      await refuses('BLOB_UNKNOWN', blobs.take(caller, of, blob));
      await take(blob);
    });
  }
});

describe('limits of uploads', () => {
  it('one has a largest size', async () => {
    await refuses('BLOB_LIMIT', open(BLOB_BYTES_MAX + 1));
    await refuses('BLOB_LIMIT', open(Number.MAX_SAFE_INTEGER));
  });

  it('there are only so many, begun at the same time or not; one that ends makes room', async () => {
    const opening = Array.from({ length: BLOBS_MAX + 10 }, async () => await open(1));
    const opened = await Promise.allSettled(opening);
    const good = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(good.length, BLOBS_MAX);
    await refuses('BLOB_LIMIT', open(1));
    await write(good[0] ?? '', Buffer.of(7));
    await refuses('BLOB_DIGEST_MISMATCH', finish(good[0] ?? ''));
    await open(1);
  });

  it('all together have only so many bytes', async () => {
    const most = BLOBS_BYTES_MAX / BLOB_BYTES_MAX;
    const opening = Array.from({ length: most + 1 }, async () => await open(BLOB_BYTES_MAX));
    const opened = await Promise.allSettled(opening);
    assert.equal(opened.filter(({ status }) => status === 'fulfilled').length, most);
    await refuses('BLOB_LIMIT', open(1));
  });

  it('a refused one takes nothing away from the others', async () => {
    await refuses('BLOB_LIMIT', open(BLOB_BYTES_MAX + 1));
    await rm(join(state, 'blobs'), { recursive: true });
    await assert.rejects(open(BLOB_BYTES_MAX), { code: 'ENOENT' });
    await mkdir(join(state, 'blobs'));
    for (let n = 0; n < BLOBS_BYTES_MAX / BLOB_BYTES_MAX; n += 1) await open(BLOB_BYTES_MAX);
  });
});

describe('an upload of which nothing is heard', () => {
  it('is thrown away', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const before = await openFiles();
    const blob = await uploaded();
    t.mock.timers.tick(BLOB_IDLE_MS - 1);
    assert.equal((await files()).length, 1);
    t.mock.timers.tick(1);
    await refuses('BLOB_UNKNOWN', take(blob));
    t.mock.timers.reset();
    await eventually('it is gone', async () => (await files()).length === 0);
    assert.equal(await openFiles(), before);
  });

  it('is kept longer by every sign of life, but not by strangers', async (t) => {
    let signs = 0;
    const timer = { unref: () => timer, refresh: () => void (signs += 1) };
    t.mock.method(globalThis, 'setTimeout', () => timer);
    const blob = await open();
    await write(blob);
    assert.equal(signs, 1);
    await refuses('BLOB_UNKNOWN', blobs.take('other', name, blob));
    assert.equal(signs, 1);
    await finish(blob);
    assert.equal(signs, 2);
  });

  it('leaves nothing behind when the supervisor goes, or was killed', async () => {
    const before = await openFiles();
    await uploaded();
    await open();
    await blobs[Symbol.asyncDispose]();
    assert.deepEqual(await files(), []);
    assert.equal(await openFiles(), before);

    await writeFile(join(state, 'blobs', 'left'), '');
    await mkdir(join(state, 'blobs', 'a folder'));
    await new Blobs(state).prepare();
    assert.deepEqual(await files(), []);
  });
});

describe('a disk with little room', () => {
  const RESERVE_KIB = DISK_RESERVE_BYTES / 1024;

  it('takes only uploads that all fit, with some room left', { skip: noSmallDisk }, async (t) => {
    const disk = await TinyDisk.mount(t, RESERVE_KIB + 1024);
    await useDisk(disk);
    await refuses('DISK_FULL', open(2 * MIB));
    const blob = await open(MIB / 2);
    await refuses('DISK_FULL', open(MIB * 0.75));
    await write(blob, Buffer.alloc(MIB / 2));
    await open(MIB / 4);
    await refuses('DISK_FULL', open(MIB / 2));
    await refuses('BLOB_DIGEST_MISMATCH', finish(blob));
    await open(MIB / 2);
  });

  it(
    'says so when it is full in the middle of a chunk, and keeps nothing of the upload',
    { skip: noSmallDisk },
    async (t) => {
      const disk = await TinyDisk.mount(t, RESERVE_KIB + 1024);
      await useDisk(disk);
      const blob = await open(MIB / 2);
      await disk.resize(64);
      await refuses('DISK_FULL', write(blob, Buffer.alloc(MIB / 2)));
      await refuses('BLOB_UNKNOWN', write(blob));
      assert.deepEqual(await readdir(join(disk.path, 'blobs')), []);
    },
  );

  async function useDisk(disk: TinyDisk): Promise<void> {
    await blobs[Symbol.asyncDispose]();
    blobs = new Blobs(disk.path);
    await blobs.prepare();
  }
});
