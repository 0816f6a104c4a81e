import { Failure } from '@albatross/shared/contracts/failures';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { IMAGE_ERROR_CODES } from '@albatross/solo5';
import { buildImage } from '@albatross/solo5/testing';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openFiles } from '../testing/blob-bench.ts';
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
  const NONE = { nets: [], blocks: [] };
  const net = { name: 'service', kind: 'net' } as const;
  const block = { name: 'storage', kind: 'block' } as const;

  it('accepts exactly the devices that are asked for, in any order', async () => {
    checkDevices(await inspect(buildImage()), NONE);
    const notes = await inspect(buildImage({ devices: [net, block] }));
    checkDevices(notes, { nets: [{ name: 'service' }], blocks: [{ name: 'storage' }] });
  });

  it('refuses one that is not given, and names it', async () => {
    const notes = await inspect(buildImage({ devices: [net] }));
    assert.throws(() => checkDevices(notes, NONE), {
      code: 'DEVICES_MISMATCH',
      message: 'the image\'s manifest asks for net "service"; not given: net "service"',
    });
  });

  it('refuses one that is not asked for, also when another kind of that name is', async () => {
    const notes = await inspect(buildImage({ devices: [net] }));
    const given = { nets: [{ name: 'service' }], blocks: [{ name: 'service' }] };
    assert.throws(() => checkDevices(notes, given), {
      code: 'DEVICES_MISMATCH',
      message: /not in the manifest: block "service"/,
    });
  });
});
