import * as fc from 'fast-check';

import type { Device } from '../device.ts';
import { TARGETS } from '../target.ts';
import { buildImage, PROGRAM_HEADERS_AT, PT_NOTE } from './build-image.ts';

const PROGRAM_HEADER_BYTES = 56;
const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split(
  '',
);

export const device: fc.Arbitrary<Device> = fc.record(
  {
    name: fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS), minLength: 1, maxLength: 67 }),
    kind: fc.constantFrom('net', 'block'),
  },
  { noNullPrototype: true },
);

export const validImage: fc.Arbitrary<Uint8Array> = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    abiVersion: fc.nat({ max: 10 }),
    devices: fc.uniqueArray(device, { selector: ({ name }) => name, maxLength: 4 }),
    notesBefore: fc.constantFrom([], [{ name: 'OpenBSD\0', type: 1, content: new Uint8Array(4) }]),
  })
  .map(buildImage);

/** Without fast-check's preference for small numbers, which would break the magic every time. */
const anywhere: fc.Arbitrary<number> = fc.noBias(fc.nat());

/** Single bytes changed where the reader looks, but for the magic. */
export const flippedImage: fc.Arbitrary<Uint8Array> = fc
  .tuple(validImage, fc.array(fc.tuple(anywhere, fc.nat(255)), { minLength: 1, maxLength: 4 }))
  .map(([image, flips]) => {
    const places = placesRead(image);
    for (const [where, byte] of flips) image[pick(places, where)] = byte;
    return image;
  });

/** Cut off anywhere. */
export const truncatedImage: fc.Arbitrary<Uint8Array> = fc
  .tuple(validImage, anywhere)
  .map(([image, at]) => image.subarray(0, at % image.length));

/** Something taken out of one image and put into another, in place of something else. */
export const splicedImage: fc.Arbitrary<Uint8Array> = fc
  .tuple(validImage, validImage, fc.array(anywhere, { minLength: 4, maxLength: 4 }))
  .map(([image, other, [from = 0, to = 0, at = 0, length = 0]]) => {
    const piece = other.subarray(from % other.length, to % other.length);
    const start = at % image.length;
    return Buffer.concat([
      image.subarray(0, start),
      piece,
      image.subarray(start + (length % (image.length - start))),
    ]);
  });

/** Some of the fields that the reader reads, set to the numbers at which arithmetic goes wrong. */
export const extremeImage: fc.Arbitrary<Uint8Array> = fc
  .tuple(validImage, fc.array(fc.tuple(anywhere, extreme()), { minLength: 1, maxLength: 3 }))
  .map(([image, changes]) => {
    const fields = fieldsRead(image);
    for (const [where, value] of changes) {
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setBigUint64(0, value === 'size' ? BigInt(image.length) : value, true);
      const { at, width } = pick(fields, where);
      image.set(new Uint8Array(bytes.buffer, 0, width), at);
    }
    return image;
  });

/** The size of the image, or a power of two or one of its neighbours; all-ones at the most. */
function extreme(): fc.Arbitrary<bigint | 'size'> {
  const exponent = fc.constantFrom(0n, 1n, 2n, 3n, 4n, 5n, 6n, 12n, 16n, 30n, 31n, 32n, 53n, 63n);
  const power = exponent.chain((bits) =>
    fc.constantFrom(2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n),
  );
  return fc.oneof(power, fc.constantFrom<bigint | 'size'>('size', 2n ** 64n - 1n));
}

interface Field {
  readonly at: number;
  readonly width: 2 | 4 | 8;
}

/** Only of an image as `validImage` makes it. */
function fieldsRead(image: Uint8Array): readonly Field[] {
  const view = new DataView(image.buffer);
  const fields: Field[] = [{ at: 32, width: 8 }];
  for (const at of [16, 18, 20, 52, 54, 56]) fields.push({ at, width: 2 });
  for (let index = 0; index < view.getUint16(56, true); index += 1) {
    const at = PROGRAM_HEADERS_AT + index * PROGRAM_HEADER_BYTES;
    fields.push({ at, width: 4 }, { at: at + 8, width: 8 }, { at: at + 32, width: 8 });
    if (view.getUint32(at, true) !== PT_NOTE) continue;
    const note = Number(view.getBigUint64(at + 8, true));
    const length = Number(view.getBigUint64(at + 32, true));
    for (const from of [0, 4, 8, 20, 24, 28, 100, 128, 204]) {
      if (from + 4 <= length) fields.push({ at: note + from, width: 4 });
    }
  }
  return fields;
}

/** File header, program headers, and everything from the first segment on. */
function placesRead(image: Uint8Array): readonly number[] {
  const count = new DataView(image.buffer).getUint16(56, true);
  const headersEnd = PROGRAM_HEADERS_AT + count * PROGRAM_HEADER_BYTES;
  return [...image.keys()].filter((at) => (at >= 4 && at < headersEnd) || at >= 4096);
}

function pick<Item>(items: readonly Item[], where: number): Item {
  const item = items[where % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
