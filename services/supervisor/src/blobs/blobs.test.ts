import { eventually } from '@albatross/shared/bus/testing/asserts';
import { BLOB_IDLE_MS } from '@albatross/shared/contracts/blob';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Blobs } from './blobs.ts';
import {
  BlobBench,
  bytes,
  digestOf,
  MIB,
  name,
  openFiles,
  refuses,
} from '../testing/blob-bench.ts';

const otherName = parseUnikernelName('other');

let bench: BlobBench;
let blobs: Blobs;

beforeEach(async () => {
  bench = await BlobBench.make();
  ({ blobs } = bench);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

describe('an upload', () => {
  it('is taken as it was written, in whatever order', async () => {
    const before = await openFiles();
    const blob = await bench.open();
    await Promise.all([
      bench.write(blob, bytes.subarray(9), 9),
      bench.write(blob, bytes.subarray(0, 9), 0),
    ]);
    await bench.write(blob, bytes.subarray(5, 12), 5);
    await bench.finish(blob);
    const taken = await bench.take(blob);
    assert.equal(taken.digest, digestOf(bytes));
    assert.equal(taken.sizeBytes, bytes.length);
    assert.deepEqual(await readFile(taken.path), bytes);
    assert.equal(await openFiles(), before);
  });

  it('is taken only once', async () => {
    const blob = await bench.uploaded();
    const taken = await Promise.allSettled([bench.take(blob), bench.take(blob)]);
    assert.deepEqual(
      taken.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    await refuses('BLOB_UNKNOWN', bench.take(blob));
  });

  it('may be finished again, as after a reply that was lost', async () => {
    const blob = await bench.open();
    await bench.write(blob);
    await Promise.all([bench.finish(blob), bench.finish(blob)]);
    await bench.finish(blob);
    await bench.take(blob);
  });

  it('is not taken before it is finished', async () => {
    const blob = await bench.open();
    await bench.write(blob);
    await refuses('BLOB_INCOMPLETE', bench.take(blob));
    const finishing = bench.finish(blob);
    await refuses('BLOB_INCOMPLETE', bench.take(blob));
    await finishing;
    await bench.take(blob);
  });

  it('is not finished before all its bytes are there, and goes on', async () => {
    const blob = await bench.open();
    await bench.write(blob, bytes.subarray(0, 5));
    await refuses('BLOB_INCOMPLETE', bench.finish(blob));
    await bench.write(blob);
    await bench.finish(blob);
  });

  it('is thrown away when other bytes arrived than were sent', async () => {
    const blob = await bench.open();
    await bench.write(blob);
    await refuses('BLOB_DIGEST_MISMATCH', bench.finish(blob, 'f'.repeat(64)));
    await refuses('BLOB_UNKNOWN', bench.write(blob));
    assert.deepEqual(await bench.files(), []);
  });

  it('does not change any more once its digest is being taken', async () => {
    const blob = await bench.open();
    await bench.write(blob);
    const finishing = bench.finish(blob);
    const evil = Buffer.from('evil');
    await refuses('BLOB_UNKNOWN', bench.write(blob, evil));
    await finishing;
    await refuses('BLOB_UNKNOWN', bench.write(blob, evil));
    assert.deepEqual(await readFile((await bench.take(blob)).path), bytes);
  });

  it('has the digest of the bytes that were still being written when it was finished', async () => {
    const large = Buffer.alloc(MIB, 'x');
    const blob = await bench.open(large.length);
    await bench.write(blob, Buffer.alloc(large.length));
    const writing = bench.write(blob, large);
    await bench.finish(blob, digestOf(large));
    await writing;
    assert.deepEqual(await readFile((await bench.take(blob)).path), large);
  });

  it('does not outgrow what it was opened for', async () => {
    const blob = await bench.open();
    await refuses('BLOB_LIMIT', bench.write(blob, bytes, 1));
    await refuses('BLOB_LIMIT', bench.write(blob, Buffer.of(1), Number.MAX_SAFE_INTEGER - 1));
    await bench.write(blob);
    await bench.finish(blob);
  });

  it('of nothing is refused', async () => await refuses('IMAGE_EMPTY', bench.open(0)));
});

describe('an upload belongs to its caller and its name', () => {
  const strangers = [
    ['another caller', 'other', name],
    ['another name', 'admin', otherName],
  ] as const;
  for (const [who, caller, of] of strangers) {
    it(`and is unknown to ${who}`, async () => {
      const blob = await bench.uploaded();
      const sha256 = digestOf(bytes);
      await refuses('BLOB_UNKNOWN', blobs.write(caller, { name: of, blob, offset: 0, bytes }));
      await refuses('BLOB_UNKNOWN', blobs.finish(caller, { name: of, blob, sha256 }));
      await refuses('BLOB_UNKNOWN', blobs.take(caller, of, blob));
      await bench.take(blob);
    });
  }
});

describe('an upload of which nothing is heard', () => {
  it('is thrown away', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const before = await openFiles();
    const blob = await bench.uploaded();
    t.mock.timers.tick(BLOB_IDLE_MS - 1);
    assert.equal((await bench.files()).length, 1);
    t.mock.timers.tick(1);
    await refuses('BLOB_UNKNOWN', bench.take(blob));
    t.mock.timers.reset();
    await eventually('it is gone', async () => (await bench.files()).length === 0);
    assert.equal(await openFiles(), before);
  });

  it('is kept longer by every sign of life, but not by strangers', async (t) => {
    let signs = 0;
    const timer = { unref: () => timer, refresh: () => void (signs += 1) };
    t.mock.method(globalThis, 'setTimeout', () => timer);
    const blob = await bench.open();
    await bench.write(blob);
    assert.equal(signs, 1);
    await refuses('BLOB_UNKNOWN', blobs.take('other', name, blob));
    assert.equal(signs, 1);
    await bench.finish(blob);
    assert.equal(signs, 2);
  });

  it('is gone at once when its caller closes it, and only then', async () => {
    const before = await openFiles();
    const blob = await bench.open();
    await blobs.close('other', { name, blob });
    await blobs.close('admin', { name: otherName, blob });
    await bench.write(blob);
    await bench.close(blob);
    await bench.close(blob);
    await refuses('BLOB_UNKNOWN', bench.write(blob));
    assert.deepEqual(await bench.files(), []);
    assert.equal(await openFiles(), before);
  });

  it('leaves nothing behind when the supervisor goes, or was killed', async () => {
    const before = await openFiles();
    await bench.uploaded();
    await bench.open();
    await blobs[Symbol.asyncDispose]();
    assert.deepEqual(await bench.files(), []);
    assert.equal(await openFiles(), before);

    await writeFile(join(bench.state, 'blobs', 'left'), '');
    await mkdir(join(bench.state, 'blobs', 'a folder'));
    await new Blobs(bench.state).prepare();
    assert.deepEqual(await bench.files(), []);
  });
});
