import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { ABI_NOTE_TYPE, buildImage, MANIFEST_NOTE_TYPE } from './testing/build-image.ts';
import type { ImageSpec } from './testing/build-image.ts';
import { abiContent, manifestContent } from './testing/note-content.ts';
import { assertRefused } from './testing/refusal.ts';

const read = (spec: ImageSpec) => readNotes(bytesSource(buildImage(spec)));
const solo5 = { name: 'Solo5\0', type: ABI_NOTE_TYPE, content: abiContent({ target: 'xen' }) };

describe('the Solo5 notes of an image', () => {
  it('are found in either order among notes of others and of unknown types', () => {
    const notesBefore = [
      { name: 'OpenBSD\0', type: 1, content: new Uint8Array(4) },
      { name: 'Xen\0', type: 18, content: new Uint8Array(4) },
      { ...solo5, name: 'Solo6\0' },
      { ...solo5, name: 'Solo5\0\0\0' },
      { ...solo5, type: 0x32494241 },
      { name: 'Solo5\0', type: MANIFEST_NOTE_TYPE, content: manifestContent() },
    ];
    assert.equal(read({ notesBefore, manifest: null }).target, 'hvt');
  });

  it('are passed over when too short for the name Solo5', () => {
    assert.equal(read({ notesBefore: [{ ...solo5, segmentBytes: 19 }] }).target, 'hvt');
  });

  it('may be followed by bytes in the same segment, where a tender does not look', () => {
    const first = { name: 'Any\0', type: 1, content: new Uint8Array(4) };
    const hidden = buildImage({ abi: null, manifest: null, notesBefore: [solo5] }).subarray(4096);
    const content = Uint8Array.of(...first.content, ...hidden);
    assert.equal(read({ notesBefore: [{ ...first, content, claimedBytes: 4 }] }).target, 'hvt');
  });

  it('are refused with a segment shorter than any note, as in images for the stub target', () => {
    for (const segmentBytes of [0, 11]) {
      assertRefused(
        buildImage({ notesBefore: [{ ...solo5, segmentBytes }] }),
        'IMAGE_HEADERS_INVALID',
        `the image has a note of ${segmentBytes} bytes (program segment 1), too short to be one, as images for ` +
          'the Solo5 target "stub" have; build it for a target such as hvt or spt',
        { segment: 1, found: segmentBytes, minimum: 12 },
      );
    }
  });

  it('are refused when the image has two for its target', () => {
    assertRefused(
      buildImage({ notesBefore: [solo5] }),
      'IMAGE_ABI_INVALID',
      'the image has more than one target note (ABI) (again in program segment 2); expected exactly one',
      { segment: 2 },
    );
  });

  it('are refused when the image has two lists of devices', () => {
    const content = manifestContent();
    assertRefused(
      buildImage({ notesAfter: [{ name: 'Solo5\0', type: MANIFEST_NOTE_TYPE, content }] }),
      'IMAGE_MANIFEST_INVALID',
      'the image has more than one list of devices (manifest) (again in program segment 3); expected exactly one',
      { segment: 3 },
    );
  });

  it('are refused without content, or with more than a tender accepts', () => {
    for (const found of [0, 33]) {
      assertRefused(
        buildImage({ abi: new Uint8Array(found) }),
        'IMAGE_ABI_INVALID',
        `the image's target note (ABI) claims ${found} bytes; expected 1 to 32`,
        { found, maximum: 32 },
      );
    }
    for (const found of [0, 6669]) {
      assertRefused(
        buildImage({ manifest: new Uint8Array(found) }),
        'IMAGE_MANIFEST_INVALID',
        `the image's list of devices (manifest) claims ${found} bytes; expected 1 to 6668`,
        { found, maximum: 6668 },
      );
    }
  });

  it('are refused when they claim to be longer than their segment', () => {
    assertRefused(
      buildImage({ abi: null, notesBefore: [{ ...solo5, segmentBytes: 35 }] }),
      'IMAGE_ABI_INVALID',
      "the image's target note (ABI) claims 16 bytes, but its segment has room for 15",
      { found: 16, maximum: 15 },
    );
  });
});
