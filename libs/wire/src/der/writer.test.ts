import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '../testing/hex.ts';
import { decodeDer, INTEGER_MAX, INTEGER_MIN } from './reader.ts';
import { contextTag } from './tag.ts';
import * as der from './writer.ts';

function assertBytes(encoded: der.Encoded, text: string): void {
  assert.deepEqual(der.concatenate(encoded), hex(text));
}

describe('what is written', () => {
  it('has its length in as few bytes as possible', () => {
    for (const [length, prefix] of [
      [0, '04 00'],
      [127, '04 7f'],
      [128, '04 81 80'],
      [255, '04 81 ff'],
      [256, '04 82 01 00'],
      [65_536, '04 83 01 00 00'],
    ] as const) {
      const bytes = new Uint8Array(length);
      assertBytes(der.octetString(bytes), `${prefix} ${'00'.repeat(length)}`);
    }
  });

  it('is what the grammar says', () => {
    assertBytes(der.boolean(true), '01 01 ff');
    assertBytes(der.boolean(false), '01 01 00');
    assertBytes(der.nothing(), '05 00');
    assertBytes(der.utf8String('é'), '0c 02 c3a9');
    assertBytes(der.sequence([der.integer(1), der.nothing()]), '30 05 020101 0500');
    assertBytes(der.sequence([der.integer(1)], contextTag(2)), 'a2 03 020101');
    assertBytes(der.explicit(2, der.integer(1)), 'a2 03 020101');
    assertBytes(der.optional(null, der.integer), '');
    assertBytes(der.optional(1, der.integer), '020101');
  });

  it('is eight bytes for an Int64, with a sign or without', () => {
    assertBytes(der.int64(256n), '04 08 0000000000000100');
    assertBytes(der.int64(-1n), '04 08 ffffffffffffffff');
    assertBytes(der.int64(2n ** 64n - 1n), '04 08 ffffffffffffffff');
    for (const value of [2n ** 64n, -(2n ** 63n) - 1n])
      assert.throws(() => der.int64(value), RangeError);
  });

  it('is a set in order, the shorter first of two that begin alike', () => {
    const elements = [300, 2, -1, 1].map(der.integer);
    assertBytes(der.setOf(elements), '31 0d 020101 020102 0201ff 0202012c');
    assertBytes(der.setOf([[hex('0101')], [hex('01')]]), '31 03 01 0101');
  });

  it('is an INTEGER that is read as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: INTEGER_MIN, max: INTEGER_MAX }), (value) => {
        const bytes = der.concatenate(der.integer(value));
        assert.equal(
          decodeDer(bytes, (reader) => reader.integer()),
          value,
        );
      }),
    );
    for (const value of [0, 1, -1, 127, 128, -128, -129, 255, 256, INTEGER_MAX, INTEGER_MIN])
      assert.equal(
        decodeDer(der.concatenate(der.integer(value)), (reader) => reader.integer()),
        BigInt(value),
      );
  });

  it('is no INTEGER of more than 63 bits, and no fraction', () => {
    for (const value of [INTEGER_MAX + 1n, INTEGER_MIN - 1n, 1.5, Number.NaN])
      assert.throws(() => der.integer(value), RangeError);
  });
});
