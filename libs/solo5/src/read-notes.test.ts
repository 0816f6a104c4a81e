import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as fc from 'fast-check';

import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { TARGETS } from './target.ts';
import { buildImage } from './testing/build-image.ts';
import { device } from './testing/arbitrary-image.ts';
import { assertRefused } from './testing/refusal.ts';

describe('readNotes', () => {
  it('reads back what any valid image says', () => {
    const target = fc.constantFrom(...TARGETS);
    const abiVersion = fc.nat({ max: 0xffff_ffff });
    const devices = fc.uniqueArray(device, {
      selector: ({ kind, name }) => `${kind} ${name}`,
      maxLength: 63,
    });
    const notes = fc.record({ target, abiVersion, devices }, { noNullPrototype: true });
    fc.assert(
      fc.property(notes, (said) => {
        assert.deepEqual(readNotes(bytesSource(buildImage(said))), said);
      }),
    );
  });

  it('refuses an executable that does not say its target', () => {
    assertRefused(
      buildImage({ abi: null }),
      'IMAGE_ABI_MISSING',
      'the image is an executable but does not say which Solo5 target it is for (it has no ABI note); ' +
        'build it with the Solo5 or MirageOS toolchain',
      {},
    );
  });

  it('refuses an image that does not say its devices', () => {
    assertRefused(
      buildImage({ manifest: null }),
      'IMAGE_MANIFEST_MISSING',
      'the image does not say which devices it needs (it has no manifest note, which even an image without ' +
        'devices has); link it with the manifest that solo5-elftool generates',
      {},
    );
  });
});
