import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encode } from './codec.ts';
import { NUMBER_ROOM, putNumber } from './put-number.ts';

/** Around where one takes a byte more. */
const EDGES = [0, 0x20, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 2 ** 53].flatMap((near) =>
  [near - 1, near, near + 1].flatMap((value) => [value, -value]),
);

it('a number is written as any other encoder writes it, and nothing beside it', () => {
  const before = 3;
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...EDGES), fc.maxSafeInteger(), fc.integer(), fc.double()),
      (value) => {
        const bytes = new Uint8Array(before + NUMBER_ROOM + 1).fill(0xaa);
        const end = putNumber(bytes, before, value);
        assert.deepEqual(Buffer.from(bytes.subarray(before, end)), Buffer.from(encode(value)));
        assert.ok([...bytes.subarray(0, before), ...bytes.subarray(end)].every((b) => b === 0xaa));
      },
    ),
    { numRuns: 2_000, examples: EDGES.map((value) => [value]) },
  );
});
