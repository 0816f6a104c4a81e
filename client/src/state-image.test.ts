import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { measureImage } from './state-image.ts';

const image = new Uint8Array(200_000).map((_, index) => (index * index) % 251);
const digest = createHash('sha256').update(image).digest('hex');

describe('an image in a state file', () => {
  it('is told by what a tender gets, compressed or not', async () => {
    assert.deepEqual(await measureImage({ image, compressed: false }), {
      bytes: image,
      isCompressed: false,
      sizeBytes: 200_000,
      digest,
    });
    const bytes = deflateSync(image);
    assert.deepEqual(await measureImage({ image: bytes, compressed: true }), {
      bytes,
      isCompressed: true,
      sizeBytes: 200_000,
      digest,
    });
  });

  it('that is empty, or no zlib stream though it should be one, is refused', async () => {
    await assert.rejects(measureImage({ image: new Uint8Array(), compressed: false }), {
      code: 'IMAGE_EMPTY',
    });
    const code = 'COMPRESSION_INVALID';
    const whole = deflateSync(image);
    for (const bytes of [image, whole.subarray(0, -1), Buffer.concat([whole, image])])
      await assert.rejects(measureImage({ image: bytes, compressed: true }), { code });
  });

  it('that inflates to more than an image may have is refused before it is all there', async () => {
    const bytes = deflateSync(new Uint8Array(4 * 1024 * 1024));
    const limit = { code: 'BLOB_LIMIT', message: /more than 200000 bytes/ };
    await assert.rejects(measureImage({ image: bytes, compressed: true }, 200_000), limit);
    await assert.rejects(measureImage({ image: bytes, compressed: false }, 1), {
      code: 'BLOB_LIMIT',
    });
    assert.equal((await measureImage({ image, compressed: false }, 200_000)).sizeBytes, 200_000);
  });
});
