import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as fc from 'fast-check';

import { MAX_PROGRAM_HEADERS, PROGRAM_HEADER_BYTES } from './elf-header.ts';
import { ImageError } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { MAX_DEVICES } from './manifest-note.ts';
import { readNotes } from './read-notes.ts';
import type { ImageNotes } from './read-notes.ts';
import { ABI_NOTE_MAX_BYTES, MANIFEST_NOTE_MAX_BYTES } from './solo5-notes.ts';
import { TARGETS } from './target.ts';
import * as arbitrary from './testing/arbitrary-image.ts';
import { AuditedSource } from './testing/audited-source.ts';
import { buildImage, PT_NOTE } from './testing/build-image.ts';

/** File header, table, the 20 bytes that each note begins with, the content of the two Solo5 notes. */
const MAX_READS = 2 + MAX_PROGRAM_HEADERS + 2;
const MAX_BYTES_READ =
  64 +
  MAX_PROGRAM_HEADERS * (PROGRAM_HEADER_BYTES + 20) +
  ABI_NOTE_MAX_BYTES +
  MANIFEST_NOTE_MAX_BYTES;
/** Far more than any of these takes, far less than a hang. */
const timeout = 60_000;

const mutations = {
  'with changed bytes': arbitrary.flippedImage,
  'cut off anywhere': arbitrary.truncatedImage,
  'spliced from two': arbitrary.splicedImage,
  'with extreme numbers in its fields': arbitrary.extremeImage,
  'of arbitrary bytes': fc.uint8Array({ maxLength: 300 }),
  'of arbitrary bytes behind a valid beginning': fc
    .tuple(arbitrary.validImage, fc.nat({ max: 300 }), fc.uint8Array({ maxLength: 300 }))
    .map(([image, length, rest]) => Buffer.concat([image.subarray(0, length), rest])),
};

describe('an image from an enemy', () => {
  for (const [what, images] of Object.entries(mutations)) {
    it(`${what} is read or refused, within bounds`, { timeout }, () => {
      fc.assert(
        fc.property(images, (image) => {
          readOrRefuse(image);
        }),
        { numRuns: 500 },
      );
    });
  }

  it('is refused at every length but the whole', { timeout }, () => {
    const image = buildImage({ devices: [{ name: 'service', kind: 'net' }] });
    for (let length = 0; length < image.length; length += 1) {
      assert.equal(readOrRefuse(image.subarray(0, length)), undefined, `of ${length} bytes`);
    }
    assert.ok(readOrRefuse(image));
  });

  it('is read within bounds though it claims as much as it may', { timeout }, () => {
    const names = Array.from({ length: MAX_DEVICES }, (_, index) => `${index}`);
    const abi = new Uint8Array(ABI_NOTE_MAX_BYTES);
    abi[0] = 1;
    const foreign = { name: 'Solo5\0', type: 0, content: new Uint8Array(1) };
    const source = new AuditedSource(
      buildImage({
        abi,
        devices: names.map((name) => ({ name, kind: 'net' })),
        notesBefore: Array.from({ length: MAX_PROGRAM_HEADERS - 3 }, () => foreign),
      }),
    );
    assert.equal(readNotes(source).devices.length, MAX_DEVICES);
    // One of the segments is the one that is loaded.
    assert.deepEqual([source.reads, source.bytesRead], [MAX_READS - 1, MAX_BYTES_READ - 20]);
  });

  it('of 8 PiB is read as fast as a small one', { timeout }, () => {
    const size = Number.MAX_SAFE_INTEGER;
    const segments = [{ type: PT_NOTE, offset: BigInt(size) - 20n, length: 20n }];
    const beginning = buildImage({ target: 'virtio', segments });
    const source: ImageSource = {
      size,
      read: (offset, length) => {
        const bytes = new Uint8Array(length);
        bytes.set(beginning.subarray(offset, offset + length));
        return bytes;
      },
    };
    assert.equal(readOrRefuse(source)?.target, 'virtio');
  });
});

/** Returns undefined when refused; anything else than notes or an ImageError fails the test. */
function readOrRefuse(image: Uint8Array | ImageSource): ImageNotes | undefined {
  const source = new AuditedSource(image);
  try {
    const notes = readNotes(source);
    assertWellFormed(notes);
    return notes;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    assert.match(error.message, /^[\x20-\x7e]+$/);
    return undefined;
  } finally {
    assert.ok(source.reads <= MAX_READS, `${source.reads} reads`);
    assert.ok(source.bytesRead <= MAX_BYTES_READ, `${source.bytesRead} bytes read`);
  }
}

function assertWellFormed({ target, abiVersion, devices }: ImageNotes): void {
  assert.ok(TARGETS.includes(target), 'target');
  assert.ok(Number.isSafeInteger(abiVersion) && abiVersion >= 0, 'ABI version');
  assert.ok(devices.length <= MAX_DEVICES, 'number of devices');
  assert.equal(
    new Set(devices.map(({ kind, name }) => `${kind} ${name}`)).size,
    devices.length,
    'unique',
  );
  for (const { name } of devices) assert.match(name, /^[A-Za-z0-9]{1,67}$/);
}
