import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bytesSource } from './image-source.ts';
import { readNotes } from './read-notes.ts';
import { buildImage, PT_LOAD, PT_NOTE } from './testing/build-image.ts';
import { assertRefused } from './testing/refusal.ts';

const PT_GNU_STACK = 0x6474e551;

describe('the program segments of an image', () => {
  it('are refused when their table lies beyond the end of the file', () => {
    assertRefused(
      buildImage().subarray(0, 100),
      'IMAGE_TRUNCATED',
      'the image is cut short: its table of program segments ends at byte 232, but there are only 100 bytes; ' +
        'build or transfer it again',
      { part: 'table of program segments', available: 100, needed: 232 },
    );
  });

  it('are refused when the last byte that a tender would load is missing', () => {
    const image = buildImage();
    assertRefused(
      image.subarray(0, image.length - 1),
      'IMAGE_TRUNCATED',
      `the image is cut short: its program segment 0 ends at byte ${image.length}, but there are only ` +
        `${image.length - 1} bytes; build or transfer it again`,
      { part: 'program segment 0', available: image.length - 1, needed: image.length },
    );
  });

  it('are refused with the farthest end, which tells how long the file should be', () => {
    const segments = [
      { type: PT_LOAD, offset: 0n, length: 10_000n },
      { type: PT_NOTE, offset: 90_000n, length: 36n },
      { type: PT_LOAD, offset: 10_000n, length: 50_000n },
    ];
    const image = buildImage({ segments });
    assertRefused(
      image,
      'IMAGE_TRUNCATED',
      `the image is cut short: its program segment 4 ends at byte 90036, but there are only ${image.length} ` +
        'bytes; build or transfer it again',
      { part: 'program segment 4', available: image.length, needed: 90_036 },
    );
  });

  it('may lie beyond the end when no tender reads them', () => {
    const segments = [
      { type: PT_LOAD, offset: 2n ** 64n - 1n, length: 0n },
      { type: PT_GNU_STACK, offset: 2n ** 64n - 1n, length: 2n ** 64n - 1n },
    ];
    assert.equal(readNotes(bytesSource(buildImage({ segments }))).target, 'hvt');
  });

  it('are refused when they end where no file can end', () => {
    for (const [offset, length] of [
      [2n ** 64n - 1n, 2n ** 64n - 1n],
      [0n, 2n ** 53n],
      [2n ** 53n - 1n, 1n],
    ] as const) {
      assertRefused(
        buildImage({ segments: [{ type: PT_LOAD, offset, length }] }),
        'IMAGE_HEADERS_INVALID',
        `the image is damaged: its program segment 3 claims ${length} bytes at byte ${offset}, farther than ` +
          'any file reaches',
        { field: 'program segment 3', offset: String(offset), length: String(length) },
      );
    }
  });

  it('are refused when their table begins where no file can end', () => {
    const programHeadersAt = 2n ** 64n - 56n;
    assertRefused(
      buildImage({ header: { programHeadersAt } }),
      'IMAGE_HEADERS_INVALID',
      'the image is damaged: its table of program segments claims 168 bytes at byte 18446744073709551560, ' +
        'farther than any file reaches',
      { field: 'table of program segments', offset: '18446744073709551560', length: '168' },
    );
  });
});
