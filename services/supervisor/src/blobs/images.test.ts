import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Images } from './images.ts';

const digest = 'a'.repeat(64);
const otherDigest = 'b'.repeat(64);

let state: string;
let images: Images;
let uploads = 0;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-images-'));
  images = new Images(state);
  await images.prepare();
});
afterEach(async () => await rm(state, { recursive: true, force: true }));

async function upload(text = 'image'): Promise<string> {
  uploads += 1;
  const path = join(state, `upload-${uploads}`);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

async function adopt(of = digest): Promise<void> {
  await images.adopt(await upload(), of);
}

const kept = async (): Promise<readonly string[]> =>
  (await readdir(join(state, 'images', 'sha256'))).toSorted();

describe('an image', () => {
  it('is moved in, readable for every user of a tender', async () => {
    const file = await upload('bytes');
    await images.adopt(file, digest);
    assert.equal(await readFile(images.path(digest), 'utf8'), 'bytes');
    assert.equal((await stat(images.path(digest))).mode & 0o777, 0o444);
    await assert.rejects(stat(file), { code: 'ENOENT' });
    assert.equal((await stat(join(state, 'images', 'sha256'))).mode & 0o777, 0o700);
  });

  it('is kept once for all who use it, until the last lets go', async () => {
    await adopt();
    await adopt();
    images.hold(digest);
    for (let users = 3; users > 0; users -= 1) {
      assert.deepEqual(await kept(), [digest]);
      await images.release(digest);
    }
    assert.deepEqual(await kept(), []);
    assert.deepEqual(await readdir(state), ['images']);
  });

  it('does not go with another', async () => {
    await adopt(digest);
    await adopt(otherDigest);
    await images.release(digest);
    assert.deepEqual(await kept(), [otherDigest]);
  });

  it('is there for whoever takes it up while the last one lets go', async () => {
    for (let times = 0; times < 50; times += 1) {
      await adopt();
      const file = await upload();
      await Promise.all([images.release(digest), images.adopt(file, digest)]);
      assert.deepEqual(await kept(), [digest]);
      await images.release(digest);
    }
  });

  it('is there for all who upload it at the same time', async () => {
    const files = await Promise.all(Array.from({ length: 8 }, async () => await upload()));
    await Promise.all(files.map(async (file) => await images.adopt(file, digest)));
    assert.deepEqual(await kept(), [digest]);
    assert.deepEqual(await readdir(state), ['images']);
  });

  it('is held by nobody when it cannot be moved in', async () => {
    await assert.rejects(images.adopt(join(state, 'no upload'), digest), { code: 'ENOENT' });
    await adopt();
    await images.release(digest);
    assert.deepEqual(await kept(), []);
  });

  it('that cannot be moved in leaves those of others alone', async () => {
    await adopt();
    await assert.rejects(images.adopt(join(state, 'no upload'), digest), { code: 'ENOENT' });
    assert.deepEqual(await kept(), [digest]);
  });
});

describe('an image that is exported', () => {
  it('can be read to its end after the last one let go of it', async () => {
    await adopt();
    const { file, sizeBytes, purpose, compressionLevel } = await images.export(digest, 9);
    try {
      await images.release(digest);
      assert.deepEqual(await kept(), []);
      assert.equal(await file.readFile('utf8'), 'image');
    } finally {
      await file.close();
    }
    assert.deepEqual([sizeBytes, purpose, compressionLevel], [5, 'image', 9]);
  });
});

describe('what a crash left', () => {
  it('is removed, unless somebody holds it', async () => {
    await adopt(digest);
    await adopt(otherDigest);
    const after = new Images(state);
    await after.prepare();
    after.hold(digest);
    await after.removeUnheld();
    assert.deepEqual(await kept(), [digest]);
  });

  it('keeps nobody from starting when it cannot be removed', async () => {
    await mkdir(join(state, 'images', 'sha256', 'a folder'));
    await adopt(digest);
    await new Images(state).removeUnheld();
    assert.deepEqual(await kept(), ['a folder']);
  });
});
