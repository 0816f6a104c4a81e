import { decodeDer, der, TAG, WireError } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDistinguishedName, type DistinguishedName } from './distinguished-name.ts';
import { objectIdentifier, OID } from './object-identifier.ts';
import { itTakes } from './testing/chain-case.ts';
import { authority, leaf } from './testing/parties.ts';
import { text } from './testing/unsigned-certificate.ts';

const UTF8 = 0x0c;
const PRINTABLE = 0x13;
const TELETEX = 0x14;
const IA5 = 0x16;
const BMP = 0x1e;
const ORGANIZATION = '2.5.4.10';

const attribute = (type: string, value: der.Encoded): der.Encoded =>
  der.sequence([objectIdentifier(type), value]);
const part = (...attributes: readonly der.Encoded[]): der.Encoded =>
  der.sequence(attributes, TAG.set);
const commonName = (name: string, tag = UTF8): der.Encoded =>
  part(attribute(OID.commonName, text(tag, name)));

function read(...parts: readonly der.Encoded[]): DistinguishedName {
  return decodeDer(der.concatenate(der.sequence(parts)), readDistinguishedName);
}

function assertRefused(parts: readonly der.Encoded[], message: RegExp): void {
  assert.throws(
    () => read(...parts),
    (error) => error instanceof WireError && message.test(error.message),
  );
}

describe('a name', () => {
  it('has the last common name of several', () => {
    assert.equal(read(commonName('a'), commonName('b')).commonName, 'b');
    const organization = part(attribute(ORGANIZATION, text(UTF8, 'o')));
    assert.equal(read(commonName('a'), organization).commonName, 'a');
    assert.equal(read(organization).commonName, null);
    assert.equal(read(commonName('')).commonName, '');
    const { commonName: none, text: shown } = read();
    assert.deepEqual([none, shown], [null, 'without a name']);
  });

  it('has no part with two common names, nor one with nothing', () => {
    const one = attribute(OID.commonName, text(UTF8, 'a'));
    assertRefused([part(one, one)], /expected one common name in a part of a name, found several/);
    assertRefused([part()], /expected 1 to 64 elements, found none/);
  });

  it('has a common name in a type of text that is read', () => {
    for (const tag of [UTF8, PRINTABLE, IA5, TELETEX])
      assert.equal(read(commonName('web', tag)).commonName, 'web');
    assert.equal(read(commonName('\xe9', TELETEX)).commonName, 'é');
    const message = /expected common name as UTF8String, PrintableString, IA5String or Teletex/;
    assertRefused([commonName('\0.', BMP)], message);
    assertRefused([commonName('\xe9', UTF8)], message);
    assertRefused([part(attribute(OID.commonName, der.nothing()))], message);
    assert.equal(read(part(attribute(ORGANIZATION, text(BMP, '\0o')))).commonName, null);
  });

  it('is the same in another type of text, and nothing else is', () => {
    const { key } = read(commonName('web'));
    for (const tag of [PRINTABLE, IA5, TELETEX])
      assert.equal(read(commonName('web', tag)).key, key);
    for (const other of [
      read(commonName('Web')),
      read(commonName('web ')),
      read(commonName('web'), commonName('web')),
      read(part(attribute(ORGANIZATION, text(UTF8, 'web')))),
      read(part(attribute(ORGANIZATION, text(BMP, 'web')))),
      read(commonName('web,2.5.4.3=text:3:web')),
      read(),
    ])
      assert.notEqual(other.key, key);
  });

  it('is the same in whatever order the attributes of a part stand', () => {
    const a = attribute(OID.commonName, text(UTF8, 'a'));
    const b = attribute(ORGANIZATION, text(UTF8, 'b'));
    assert.equal(read(part(a, b)).key, read(part(b, a)).key);
    assert.notEqual(read(part(a), part(b)).key, read(part(b), part(a)).key);
  });

  it('is shown in one line of ASCII, and not much of it', () => {
    const organization = part(attribute(ORGANIZATION, text(UTF8, 'o\n\x1b[2J')));
    assert.equal(
      read(commonName('a'), organization, part(attribute('1.2.3', der.nothing()))).text,
      String.raw`CN=a, O=o\u{a}\u{1b}[2J, 1.2.3=...`,
    );
    assert.equal(read(commonName('x'.repeat(1_000_000))).text.length, 103);
  });

  it('has 64 parts at most', () => {
    const parts = (count: number): der.Encoded[] =>
      Array.from({ length: count }, () => commonName('a'));
    assert.equal(read(...parts(64)).commonName, 'a');
    assertRefused(parts(65), /expected at most 64 elements, found more/);
  });
});

/** The original reads one type of text where it signs, and writes another. */
describe('an issuer in another type of text', () => {
  for (const [tag, other] of [
    ['utf8String', 'printableString'],
    ['printableString', 'utf8String'],
    ['ia5String', 'utf8String'],
  ] as const)
    itTakes(`a leaf with its ${tag} as ${other}`, async () => {
      const root = await authority('root', null, { textType: tag });
      const hello = await leaf('hello', { ...root, textType: other });
      return { anchor: root, sent: [hello] };
    });
});
