import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRefused } from '../testing/asserts.ts';
import { hex } from '../testing/hex.ts';
import { decodeDer, type Decode, type DerReader } from './reader.ts';
import { TAG } from './tag.ts';

function read<T>(text: string, decode: Decode<T>): T {
  return decodeDer(hex(text), decode);
}

describe('a value that is not of our grammars', () => {
  it('is its tag, its content and its bytes', () => {
    const pair = (reader: DerReader): unknown => reader.sequence((s) => [s.any(), s.any()]);
    assert.deepEqual(read('30 07 0603 2b6570 8700', pair), [
      { tag: 0x06, bytes: hex('0603 2b6570'), content: hex('2b6570') },
      { tag: 0x87, bytes: hex('8700'), content: hex('') },
    ]);
    for (const [text, found] of [
      ['', 'the end'],
      ['1f 01 00', 'the tag 0x1f'],
      ['bf 81 03 00', 'the tag 0xbf'],
    ] as const)
      assertRefused(
        () => read(text, (reader) => reader.any()),
        `at byte 0: expected a tag of one byte, found ${found}`,
      );
  });

  it('is read by its tag, as far as its content', () => {
    const oid = (reader: DerReader): Uint8Array => reader.content(TAG.objectIdentifier);
    assert.deepEqual(read('06 03 2b6570', oid), hex('2b6570'));
    assertRefused(
      () => read('03 01 00', oid),
      'at byte 0: expected OBJECT IDENTIFIER, found BIT STRING',
    );
  });

  it('comes with its bytes where they were signed or are compared', () => {
    const { value, bytes } = read('30 07 30 05 020105 0500', (reader) =>
      reader.sequence((s) =>
        s.withBytes((one) => one.sequence((t) => [t.integer(), t.nullAs(null)])),
      ),
    );
    assert.deepEqual([value, bytes], [[5n, null], hex('30 05 020105 0500')]);
  });
});
