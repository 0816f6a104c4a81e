import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { buildImage } from './testing/build-image.ts';

describe('bytesSource', () => {
  it('reads parts of the bytes', () => {
    const source = bytesSource(Uint8Array.of(1, 2, 3, 4));
    assert.equal(source.size, 4);
    assert.deepEqual(source.read(1, 2), Uint8Array.of(2, 3));
    assert.deepEqual(source.read(4, 0), new Uint8Array());
  });

  it('refuses to read what is not there', () => {
    const source = bytesSource(new Uint8Array(4));
    for (const [offset, length] of [
      [0, 5],
      [4, 1],
      [-1, 1],
      [2, -1],
    ] as const) {
      assert.throws(() => source.read(offset, length), RangeError, `${offset}, ${length}`);
    }
  });
});

describe('a source', () => {
  it('may hand out bytes from the middle of a larger buffer', () => {
    const image = buildImage({ target: 'spt' });
    const larger = new Uint8Array(image.length + 7);
    larger.set(image, 7);
    assert.equal(readNotes(bytesSource(larger.subarray(7))).target, 'spt');
  });

  it('that has become shorter while it is read gives a truncated image', () => {
    const image = buildImage();
    const shrunk = { size: image.length, read: () => image.subarray(0, 10) };
    assert.throws(() => readNotes(shrunk), {
      code: 'IMAGE_TRUNCATED',
      details: { part: 'file header', available: 10, needed: 64 },
    });
  });

  it('that fails has its own error passed on', () => {
    const failure = new Error('EIO');
    const failing = {
      size: 1,
      read: (): never => {
        throw failure;
      },
    };
    assert.throws(
      () => readNotes(failing),
      (error) => error === failure,
    );
  });
});
