import { Failure } from '@albatross/shared/contracts/failures';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { IMAGE_ERROR_CODES } from '@albatross/solo5';
import { buildImage } from '@albatross/solo5/testing';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkDevices, inspectImage } from './inspect-image.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-inspect-'));
});
after(async () => await rm(folder, { recursive: true }));

async function inspect(image: Uint8Array, claimedBytes = image.length) {
  const path = join(folder, 'image');
  await writeFile(path, image);
  return inspectImage(path, claimedBytes);
}

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

describe('inspectImage', () => {
  it('reads what an image says about itself', async () => {
    const devices = [{ name: 'service', kind: 'net' as const }];
    const notes = await inspect(buildImage({ target: 'spt', devices }));
    assert.deepEqual(notes, { target: 'spt', abiVersion: 2, devices });
  });

  it('refuses what is no image with the code that says why', async () => {
    await assert.rejects(inspect(Buffer.from('#!/bin/sh\n')), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'IMAGE_NOT_ELF');
      return true;
    });
  });

  it('refuses an image that is shorter than was said', async () => {
    const image = buildImage();
    await assert.rejects(inspect(image.subarray(0, 100), image.length), {
      code: 'IMAGE_TRUNCATED',
    });
  });

  it('leaves no file open, whatever it finds', async () => {
    const before = await openFiles();
    await inspect(buildImage());
    await assert.rejects(inspect(Buffer.from('no image')));
    assert.equal(await openFiles(), before);
  });

  it('fails only as the contract says', () => {
    for (const code of IMAGE_ERROR_CODES) assert.ok(createUnikernel.failures.includes(code));
  });
});

describe('checkDevices', () => {
  it('accepts an image that asks for none', async () => {
    checkDevices(await inspect(buildImage()));
  });

  it('refuses an image that asks for one, and names it', async () => {
    const notes = await inspect(buildImage({ devices: [{ name: 'service', kind: 'net' }] }));
    assert.throws(() => checkDevices(notes), { code: 'DEVICES_MISMATCH', message: /service/ });
  });
});
