import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { BLOB_CHUNK_BYTES_MAX, BLOB_IDLE_MS } from '@albatross/shared/contracts/blob';
import type { FailureCode } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { DISK_RESERVE_BYTES } from '../blobs/blob-room.ts';
import { MIB } from '../testing/blob-bench.ts';
import { BlockBench, filled } from '../testing/block-bench.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';

const noSmallDisk = await TinyDisk.whyNot();

const text = Buffer.from('what is on the device');
const old = Buffer.from('what was on it before');
const data = parseUnikernelName('data');

let bench: BlockBench;
beforeEach(async () => {
  bench = await BlockBench.start();
  await bench.create('data', 2);
  await bench.set('data', old);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function refuses(code: FailureCode, promise: Promise<unknown>): Promise<void> {
  assert.equal(await failureCode(promise), code);
}

async function holdsStill(content: Uint8Array): Promise<void> {
  assert.deepEqual(await bench.content(':data'), filled(content, 2));
  assert.deepEqual(await bench.files(), [':data']);
  assert.deepEqual(await bench.blobFiles(), []);
  assert.equal(bench.blocks.userOf(data), null);
  bench.blocks.contentBytes(data);
}

async function read(blob: string, offset: number): Promise<Buffer> {
  return Buffer.from((await bench.blobs.read('admin', { name: data, blob, offset })).bytes);
}

describe('setting the content of a block device', () => {
  it('replaces all of it, with zeros behind what is shorter', async () => {
    await bench.set('data', randomBytes(BLOB_CHUNK_BYTES_MAX));
    await bench.set('data', text);
    await holdsStill(text);
    await bench.set('data', Buffer.of());
    await holdsStill(Buffer.of());
  });

  it('takes what is exactly as large, and compressed content', async () => {
    const full = randomBytes(2 * MIB);
    await bench.set('data', deflateSync(full), true);
    assert.deepEqual(await bench.content(':data'), full);
    await bench.set('data', deflateSync(text), true);
    await holdsStill(text);
  });

  it('takes no room for zeros', async () => {
    await bench.set('data', deflateSync(filled(text, 2)), true);
    assert.ok((await stat(join(bench.folder, ':data'))).blocks * 512 <= 65_536);
  });

  for (const [what, content, compressed, code] of [
    ['more than there is room for', filled(text, 3), false, 'BLOCK_OVERFLOW'],
    ['more, when it is inflated', deflateSync(filled(text, 3)), true, 'BLOCK_OVERFLOW'],
    [
      'very much more, when it is inflated',
      deflateSync(Buffer.alloc(64 * MIB)),
      true,
      'BLOCK_OVERFLOW',
    ],
    ['no zlib stream', text, true, 'COMPRESSION_INVALID'],
    [
      'a zlib stream cut short',
      deflateSync(randomBytes(MIB)).subarray(0, -9),
      true,
      'COMPRESSION_INVALID',
    ],
    [
      'something behind the zlib stream',
      Buffer.concat([deflateSync(text), text]),
      true,
      'COMPRESSION_INVALID',
    ],
  ] as const)
    it(`never truncates nor loses what is there for ${what}`, async () => {
      const setting = bench.set('data', content, compressed);
      await refuses(code, setting);
      await holdsStill(old);
      assert.equal(bench.events.filter(({ type }) => type === 'block-set').length, 1);
    });

  it('is not begun with an upload that is not finished, or of another name', async () => {
    const { blob } = await bench.blobs.open('admin', {
      name: data,
      sizeBytes: 1,
      purpose: 'block',
    });
    await refuses('BLOB_INCOMPLETE', bench.setFrom(blob, 'data'));
    await refuses('BLOB_UNKNOWN', bench.setFrom('f'.repeat(32), 'data'));
    await bench.close('data', blob);
    await holdsStill(old);
  });

  it('is refused while a unikernel uses the device, and of one that is not there', async () => {
    const blob = await bench.upload('data', text);
    bench.claim('web', 'data');
    await refuses('BLOCK_IN_USE', bench.setFrom(blob, 'data'));
    await refuses('BLOCK_IN_USE', bench.upload('data', text));
    await refuses('BLOCK_NOT_FOUND', bench.setFrom(blob, 'other'));
    bench.blocks.release(parseUnikernelName('web'));
    await bench.setFrom(blob, 'data');
    await holdsStill(text);
  });

  it('leaves the file to whom it belonged', { skip: process.getuid?.() !== 0 }, async () => {
    const path = join(bench.folder, ':data');
    await chown(path, 700_007, 700_007);
    await bench.set('data', text);
    const { uid, gid, mode } = await stat(path);
    assert.deepEqual([uid, gid, mode & 0o777], [700_007, 700_007, 0o600]);
  });
});

describe('a device that is being set, created, removed and dumped by many at once', () => {
  it('is never used by two, and ends up as one of them left it', async () => {
    const letters = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(2 * MIB, letter));
    const blobs = await Promise.all(letters.map(async (one) => await bench.upload('data', one)));
    const works: Promise<unknown>[] = blobs.map(async (blob) => await bench.setFrom(blob, 'data'));
    assert.throws(() => bench.claim('web', 'data'), { code: 'BLOCK_IN_USE' });
    works.push(
      bench.remove('data'),
      bench.create('data'),
      bench.dump('data'),
      bench.dump('data', 9),
    );
    const outcomes = await Promise.allSettled(works);
    const kinds = outcomes.map((one) => {
      return one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code;
    });
    assert.deepEqual(kinds, [
      'done',
      ...Array.from({ length: 4 }, () => 'BLOCK_IN_USE'),
      'BLOCK_EXISTS',
      ...Array.from({ length: 2 }, () => 'BLOCK_IN_USE'),
    ]);
    assert.deepEqual(await bench.content(':data'), letters[0]);
    assert.deepEqual(await bench.files(), [':data']);
    bench.claim('web', 'data');
  });
});

describe('a dump of a block device', () => {
  it('is read from its file, and keeps the device for as long', async () => {
    const { blob, sizeBytes } = await bench.dump('data');
    assert.equal(sizeBytes, 2 * MIB);
    const first = await read(blob, 0);
    assert.deepEqual(first.subarray(0, old.length), old);
    for (const refused of [bench.remove('data'), bench.upload('data', text)])
      await refuses('BLOCK_IN_USE', refused);
    assert.throws(() => bench.claim('web', 'data'), { code: 'BLOCK_IN_USE' });
    await read(blob, 2 * MIB);
    bench.claim('web', 'data');
    await refuses('BLOCK_IN_USE', bench.dump('data'));
    assert.equal(bench.events.at(-1)?.type, 'block-dumped');
  });

  it('lets go of the device when it is closed, or nothing is heard of it', async (t) => {
    const { blob } = await bench.dump('data');
    await bench.close('data', blob);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    await bench.dump('data');
    assert.throws(() => bench.claim('web', 'data'), { code: 'BLOCK_IN_USE' });
    t.mock.timers.tick(BLOB_IDLE_MS);
    t.mock.timers.reset();
    // The next one closes its file behind the first.
    const { blob: next } = await bench.dump('data');
    await bench.close('data', next);
    bench.claim('web', 'data');
  });

  it('is a zlib stream when that is asked for, and then does without the device', async () => {
    const { blob, sizeBytes } = await bench.dump('data', 9);
    bench.claim('web', 'data');
    const zlib = await read(blob, 0);
    assert.equal(zlib.length, sizeBytes);
    assert.deepEqual(inflateSync(zlib), filled(old, 2));
  });

  it('of a device that is not there is refused', async () => {
    await refuses('BLOCK_NOT_FOUND', bench.dump('other'));
  });

  it('of a device whose file is gone is refused, and keeps nothing', async () => {
    await rm(join(bench.folder, ':data'));
    await refuses('BLOCK_NOT_FOUND', bench.dump('data'));
    bench.claim('web', 'data');
  });
});

describe('a full disk', { skip: noSmallDisk }, () => {
  it('refuses new content before it is really full, and the old content stays', async (t) => {
    const disk = await TinyDisk.mount(t, DISK_RESERVE_BYTES / 1024 + 6 * 1024);
    await using small = await BlockBench.start({ state: disk.path });
    await small.create('data', 2);
    await small.set('data', old);
    const blob = await small.upload('data', randomBytes(2 * MIB));
    await disk.resize(DISK_RESERVE_BYTES / 1024 + 3 * 1024);
    await refuses('DISK_FULL', small.setFrom(blob, 'data'));
    assert.deepEqual(await small.content(':data'), filled(old, 2));
    assert.deepEqual(await small.files(), [':data']);
  });

  it('takes no new device, and leaves nothing of one behind; one can be removed all the same', async (t) => {
    const disk = await TinyDisk.mount(t, 1024);
    await using small = await BlockBench.start({ state: disk.path });
    for (let n = 0; n < 20; n += 1) await small.create(`data-${n}`);
    await writeFile(join(small.folder, ':data-0'), Buffer.alloc(64 * 1024, 1), { flag: 'r+' });
    await disk.fill();
    await refuses('DISK_FULL', small.create('more'));
    assert.equal((await small.files()).length, 20);
    await small.remove('data-0');
    await small.restart();
    assert.equal(small.names().length, 19);
    assert.equal((await small.files()).length, 19);
    assert.deepEqual(small.defects, []);
  });
});
