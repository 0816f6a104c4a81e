import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRefused } from '../testing/asserts.ts';
import { hex } from '../testing/hex.ts';
import { decodeDer, type Decode, type DerReader } from './reader.ts';
import { contextTag, TAG } from './tag.ts';

function read<T>(text: string, decode: Decode<T>): T {
  return decodeDer(hex(text), decode);
}

const integer = (reader: DerReader): bigint => reader.integer();
const octets = (reader: DerReader): Uint8Array => reader.octetString();

describe('a length', () => {
  it('is written in as few bytes as possible', () => {
    assert.equal(read('04 00', octets).length, 0);
    assert.equal(read(`04 7f ${'00'.repeat(127)}`, octets).length, 127);
    assert.equal(read(`04 81 80 ${'00'.repeat(128)}`, octets).length, 128);
    assert.equal(read(`04 82 01 00 ${'00'.repeat(256)}`, octets).length, 256);
    const message = 'at byte 1: expected a length in as few bytes as possible, found more';
    for (const length of ['81 7f', '82 00 80', '83 00 01 00', '81 00', '84 00 00 00 01'])
      assertRefused(() => read(`04 ${length} ${'00'.repeat(256)}`, octets), message);
  });

  it('is definite and of at most four bytes', () => {
    const expected = 'at byte 1: expected a length of 1 to 4 bytes, found';
    assertRefused(
      () => read('30 80 00 00', octets),
      'at byte 0: expected OCTET STRING, found SEQUENCE',
    );
    assertRefused(() => read('04 80 00 00', octets), `${expected} an indefinite one`);
    assertRefused(() => read('04 85 01 00 00 00 00', octets), `${expected} one of 5 bytes`);
    assertRefused(() => read('04 ff', octets), `${expected} one of 127 bytes`);
  });

  it('lies within the input, and within what holds it', () => {
    assertRefused(
      () => read('04 84 ff ff ff ff 00', octets),
      'at byte 0: expected OCTET STRING of at most 1 bytes, which are left, found a length of 4294967295',
    );
    assertRefused(
      () => read('30 03 04 02 00 00', (reader) => reader.sequence(octets)),
      'at byte 2: expected OCTET STRING of at most 1 bytes, which are left, found a length of 2',
    );
    for (const [text, offset] of [
      ['04', 1],
      ['04 82', 2],
      ['04 82 01', 3],
    ] as const)
      assertRefused(
        () => read(text, octets),
        `at byte ${offset}: expected a length, found the end`,
      );
    assertRefused(
      () => read('30 01 04 00', (reader) => reader.sequence(octets)),
      'at byte 3: expected a length, found the end',
    );
  });
});

describe('an INTEGER', () => {
  it('is in two’s complement, in as few bytes as possible', () => {
    for (const [text, value] of [
      ['00', 0n],
      ['7f', 127n],
      ['80', -128n],
      ['ff', -1n],
      ['0080', 128n],
      ['ff7f', -129n],
      ['3fffffffffffffff', 2n ** 62n - 1n],
      ['c000000000000000', -(2n ** 62n)],
    ] as const)
      assert.equal(read(`02 0${text.length / 2} ${text}`, integer), value);
    const message = 'at byte 0: expected INTEGER in as few bytes as possible, found';
    assertRefused(() => read('02 00', integer), `${message} 0 bytes`);
    for (const padded of ['0000', '007f', 'ff80', 'ffff'])
      assertRefused(() => read(`02 02 ${padded}`, integer), `${message} 2 bytes`);
  });

  it('has 63 bits, as the numbers of the original have', () => {
    const expected = 'at byte 0: expected INTEGER';
    for (const beyond of ['4000000000000000', 'bfffffffffffffff', '7fffffffffffffff'])
      assertRefused(
        () => read(`02 08 ${beyond}`, integer),
        `${expected} of 63 bits, found 8 bytes`,
      );
    assertRefused(
      () => read('02 09 010000000000000000', integer),
      `${expected} of at most 8 bytes, found 9 bytes`,
    );
  });

  it('that no number holds is no number', () => {
    const safe = (reader: DerReader): number => reader.safeInteger();
    assert.equal(read('02 07 1fffffffffffff', safe), Number.MAX_SAFE_INTEGER);
    assert.equal(read('02 07 e0000000000001', safe), Number.MIN_SAFE_INTEGER);
    assertRefused(
      () => read('02 07 20000000000000', safe),
      'at byte 0: expected INTEGER of at most 53 bits, found 9007199254740992',
      'unrepresentable',
    );
  });
});

describe('a BOOLEAN', () => {
  const boolean = (reader: DerReader): boolean => reader.boolean();

  it('is false when its byte is 0, and true when it is any other', () => {
    assert.equal(read('01 01 00', boolean), false);
    assert.equal(read('01 01 ff', boolean), true);
    assert.equal(read('01 01 01', boolean), true);
  });

  it('has one byte', () => {
    for (const [text, length] of [
      ['01 00', 0],
      ['01 02 0000', 2],
    ] as const)
      assertRefused(
        () => read(text, boolean),
        `at byte 0: expected BOOLEAN of one byte, found ${length} bytes`,
      );
  });
});

describe('a string', () => {
  it('of bytes is a view of the input', () => {
    const input = hex('04 02 0102');
    const view = decodeDer(input, octets);
    assert.deepEqual(view, hex('0102'));
    assert.equal(view.buffer, input.buffer);
  });

  it('of text is UTF-8, and nothing of it is taken away', () => {
    const utf8 = (reader: DerReader): string => reader.utf8String();
    assert.equal(read('0c 06 efbbbf c3a9 00', utf8), '\ufeffé\0');
    assert.equal(read('0c 00', utf8), '');
    for (const wrong of ['ff', 'c3', 'eda080', 'c0af'])
      assertRefused(
        () => read(`0c 0${wrong.length / 2} ${wrong}`, utf8),
        'at byte 0: expected text in UTF-8, found other bytes',
        'unrepresentable',
      );
  });

  it('of text may be any bytes to those who ask for bytes', () => {
    const input = hex('0c 02 ff00');
    const view = decodeDer(input, (reader) => reader.utf8Bytes());
    assert.deepEqual(view, hex('ff00'));
    assert.equal(view.buffer, input.buffer);
  });

  it('in pieces, as BER allows, is none', () => {
    assertRefused(
      () => read('24 03 04 01 00', octets),
      'at byte 0: expected OCTET STRING, found the tag 0x24',
    );
  });

  it('of a fixed length has that length', () => {
    assert.deepEqual(
      read('04 02 0102', (reader) => reader.octets(2)),
      hex('0102'),
    );
    assertRefused(
      () => read('04 02 0102', (reader) => reader.octets(6)),
      'at byte 0: expected OCTET STRING of 6 bytes, found 2 bytes',
    );
  });
});

describe('an Int64', () => {
  const both = (text: string): readonly bigint[] => [
    read(text, (reader) => reader.int64()),
    read(text, (reader) => reader.uint64()),
  ];

  it('has eight bytes, and a sign for those who ask for one', () => {
    assert.deepEqual(both('04 08 0000000000000100'), [256n, 256n]);
    assert.deepEqual(both('04 08 ffffffffffffffff'), [-1n, 2n ** 64n - 1n]);
    assert.deepEqual(both('04 08 8000000000000000'), [-(2n ** 63n), 2n ** 63n]);
  });

  it('is read where it stands, wherever its bytes begin in memory', () => {
    const memory = hex('ffff 04 08 0000000000000005');
    assert.equal(
      decodeDer(memory.subarray(2), (reader) => reader.int64()),
      5n,
    );
  });

  it('has neither less nor more', () => {
    for (const length of [0, 7, 9])
      assertRefused(
        () => both(`04 0${length} ${'00'.repeat(length)}`),
        `at byte 0: expected OCTET STRING of 8 bytes, found ${length} bytes`,
      );
  });
});

describe('a NULL', () => {
  it('has no content', () => {
    assert.equal(
      read('05 00', (reader) => reader.nullAs('meant')),
      'meant',
    );
    assertRefused(
      () => read('05 01 00', (reader) => reader.nullAs('meant')),
      'at byte 0: expected NULL without content, found 1 bytes',
    );
  });
});

describe('what holds values', () => {
  it('holds exactly those that are read', () => {
    assert.equal(
      read('30 03 020105', (reader) => reader.sequence(integer)),
      5n,
    );
    assertRefused(
      () => read('30 05 020105 0500', (reader) => reader.sequence(integer)),
      'at byte 5: expected the end, found more bytes',
    );
    assertRefused(
      () => read('30 00', (reader) => reader.sequence(integer)),
      'at byte 2: expected INTEGER, found the end',
    );
    assertRefused(
      () => read('020105 00', integer),
      'at byte 3: expected the end, found more bytes',
    );
    assertRefused(() => read('', integer), 'at byte 0: expected INTEGER, found the end');
  });

  it('may hold any number of the same', () => {
    const list = (reader: DerReader): bigint[] => reader.sequenceOf(integer);
    assert.deepEqual(read('30 00', list), []);
    assert.deepEqual(read('30 06 020105 020104', list), [5n, 4n]);
    assertRefused(() => read('30 02 0500', list), 'at byte 2: expected INTEGER, found NULL');
  });

  it('may be a set in any order', () => {
    assert.deepEqual(
      read('31 06 020105 020104', (reader) => reader.setOf(integer)),
      [5n, 4n],
    );
    assertRefused(
      () => read('30 03 020105', (reader) => reader.setOf(integer)),
      'at byte 0: expected SET, found SEQUENCE',
    );
  });

  it('may be optional, under its own tag', () => {
    const both = (reader: DerReader): unknown =>
      reader.sequence((inner) => [
        inner.has(TAG.integer) ? inner.integer() : null,
        inner.optional(1, integer),
        inner.isAtEnd,
      ]);
    assert.deepEqual(read('30 00', both), [null, null, true]);
    assert.deepEqual(read('30 08 020105 a103 020104', both), [5n, 4n, true]);
    assert.deepEqual(read('30 05 a103 020104', both), [null, 4n, true]);
    assertRefused(
      () => read('30 08 a103 020104 020105', both),
      'at byte 7: expected the end, found more bytes',
    );
  });

  it('may be a SEQUENCE whose tag is another one', () => {
    assert.equal(
      read('a1 03 020105', (reader) => reader.sequence(integer, contextTag(1))),
      5n,
    );
  });

  it('may be one of several', () => {
    const choice = (reader: DerReader): string =>
      reader.choice({ 1: (one) => `${one.integer()}`, 3: (three) => three.nullAs('three') });
    assert.equal(read('a1 03 020105', choice), '5');
    assert.equal(read('a3 02 0500', choice), 'three');
    for (const [text, found] of [
      ['a2 02 0500', '[2]'],
      ['83 00', 'the tag 0x83'],
      ['bf 81 03 00', 'the tag 0xbf'],
      ['30 00', 'SEQUENCE'],
      ['', 'the end'],
    ] as const)
      assertRefused(() => read(text, choice), `at byte 0: expected [1] or [3], found ${found}`);
  });

  it('is told by its place in the whole input', () => {
    assertRefused(
      () => read('30 06 30 04 020105 05', (r) => r.sequence((s) => s.sequenceOf(integer))),
      'at byte 7: expected INTEGER, found NULL',
    );
  });
});
