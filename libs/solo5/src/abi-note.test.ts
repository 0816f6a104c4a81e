import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { TARGETS } from './target.ts';
import { buildImage } from './testing/build-image.ts';
import { abiContent } from './testing/note-content.ts';
import { assertRefused } from './testing/refusal.ts';

describe('the ABI note', () => {
  for (const [index, target] of TARGETS.entries()) {
    it(`says ${target} with the number ${index + 1}`, () => {
      const notes = readNotes(bytesSource(buildImage({ target: index + 1, abiVersion: 7 })));
      assert.deepEqual(notes, { target, abiVersion: 7, devices: [] });
    });
  }

  it('is refused when its target is none that is known', () => {
    for (const target of [0, 7, 0xffff_ffff]) {
      assertRefused(
        buildImage({ target }),
        'IMAGE_ABI_INVALID',
        `the image is built for the unknown Solo5 target ${target}; expected one of 1 (hvt), 2 (spt), ` +
          '3 (virtio), 4 (muen), 5 (genode), 6 (xen)',
        { target },
      );
    }
  });

  it('is refused when it is too short', () => {
    assertRefused(
      buildImage({ abi: abiContent().subarray(0, 15) }),
      'IMAGE_ABI_INVALID',
      "the image's target note (ABI) has 15 bytes; expected at least 16",
      { found: 15, minimum: 16 },
    );
  });

  it('may say more in its reserved bytes, which tenders ignore as well', () => {
    const abi = new Uint8Array(32).fill(0xff);
    abi.set(abiContent({ target: 'spt' }).subarray(0, 8));
    assert.equal(readNotes(bytesSource(buildImage({ abi }))).target, 'spt');
  });
});
