import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeBytes, escapeControl, escapeJson, escapeLines } from './escape.ts';

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/**
 * Every character a terminal might obey, that reorders or breaks what is shown, or that hides text.
 * Spelled out, so that what is tested does not depend on what the engine knows of Unicode.
 */
const UNSAFE = [
  ...range(0x00, 0x08),
  ...range(0x0a, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  0x180e,
  0x200b,
  ...range(0x200e, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x206f),
  ...range(0xd800, 0xdfff),
  0xfeff,
  ...range(0xfff9, 0xfffb),
  ...range(0x1bca0, 0x1bca3),
  ...range(0x1d173, 0x1d17a),
  0xe0001,
  ...range(0xe0020, 0xe007f),
].map((code) => String.fromCodePoint(code));

const isUnsafe = new Set(UNSAFE);

/** By code point: the halves of a proper pair are no halves. */
function assertSafe(text: string): void {
  for (const c of text) if (isUnsafe.has(c)) assert.fail(JSON.stringify({ c, text }));
}

/** Bytes that are more often than by chance the beginning of something. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...UNSAFE).map((c) => Buffer.from(c)),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom('\u009b', '\u202e', '\u2066', '🐦', '€')
        .chain((c) =>
          fc.nat({ max: Buffer.byteLength(c) }).map((cut) => Buffer.from(c).subarray(0, cut)),
        ),
      fc
        .constantFrom('\u001b', '\u001b[2J', '\u001b]0;', '\\x1b', '\r', '\n', '\u0007')
        .map((c) => Buffer.from(c)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

describe('text for a terminal', () => {
  it('stays as it is where it is only text', () => {
    for (const text of ['', 'hello', 'a\tb', 'é ü 日本語 🐦', '👩‍🚀', 'می‌خواهم', 'C:\\x41', '\ufffd'])
      assert.equal(escapeControl(text), text);
  });

  it('shows control characters instead of obeying them', () => {
    assert.equal(escapeControl('\u001b[2Jgone\r\n'), '\\x1b[2Jgone\\x0d\\x0a');
    assert.equal(escapeControl('\0\u0007\u007f\u009b'), '\\x00\\x07\\x7f\\u009b');
    assert.equal(escapeControl('a\u202eb\u2028c'), 'a\\u202eb\\u2028c');
    assert.equal(escapeControl('a\u{e0041}b\ud83dc'), 'a\\u{e0041}b\\ud83dc');
  });

  it('holds none of the characters that are unsafe', () => {
    for (const c of UNSAFE)
      assert.match(
        escapeControl(`a${c}b`),
        /^a\\(x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\})b$/,
        JSON.stringify(c),
      );
  });

  it('holds none of them whatever the text is, and changes nothing else', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.constantFrom(...UNSAFE), fc.string())).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (text) => {
        const shown = escapeControl(text);
        assertSafe(shown);
        assert.equal(escapeControl(shown), shown);
        assert.equal(shown, Array.from(text, (c) => (isUnsafe.has(c) ? shownAs(c) : c)).join(''));
      }),
    );
  });
});

function shownAs(c: string): string {
  const hex = c.codePointAt(0)?.toString(16) ?? '';
  if (c < '\u0080') return `\\x${hex.padStart(2, '0')}`;
  return c.length === 1 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

describe('bytes for a terminal', () => {
  it('are the text they are where they are UTF-8', () => {
    for (const text of ['', 'hello\tworld', 'é ü 日本語 🐦', '\ufffd'])
      assert.equal(escapeBytes(Buffer.from(text)), text);
  });

  it('are shown one by one where they are not', () => {
    for (const [bytes, text] of [
      [[0xff], '\\xff'],
      [[0x41, 0x9b, 0x32, 0x4a], 'A\\x9b2J'],
      [[0xc2, 0x9b], '\\u009b'],
      [[0xc2, 0x41], '\\xc2A'],
      [[0xe2, 0x82, 0xac, 0xe2, 0x82], '€\\xe2\\x82'],
      [[0xc0, 0x9b], '\\xc0\\x9b'],
      [[0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
      [[0xf4, 0x90, 0x80, 0x80], '\\xf4\\x90\\x80\\x80'],
      [[0xf8, 0x88, 0x80, 0x80, 0x80, 0x1b], '\\xf8\\x88\\x80\\x80\\x80\\x1b'],
      [[0xef, 0xbb, 0xbf, 0xff, 0x0a], '\\ufeff\\xff\\x0a'],
    ] as const)
      assert.equal(escapeBytes(Uint8Array.from(bytes)), text);
  });

  it('hold nothing unsafe, whatever they are', () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const shown = escapeBytes(bytes);
        assertSafe(shown);
        // What a terminal gets is what was checked: it is valid UTF-8, and no byte of it a control.
        const sent = Buffer.from(shown);
        assert.equal(sent.toString(), shown);
        for (const byte of sent) assert.ok(byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));
      }),
      { numRuns: 2000 },
    );
  });

  it('show every byte that is no part of a character', () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const lossy = Buffer.from(bytes).toString('utf8');
        const isValid = Buffer.from(lossy).equals(bytes);
        if (isValid) assert.equal(escapeBytes(bytes), escapeControl(lossy));
        else assert.match(escapeBytes(bytes), /\\x[89a-f][0-9a-f]/);
        assert.ok(escapeBytes(bytes).length >= Array.from(lossy).length);
      }),
    );
  });
});

describe('JSON for a terminal', () => {
  it('holds none of the characters that are unsafe, and means the same', () => {
    const value = { [`key${UNSAFE.join('')}`]: UNSAFE, plain: 'é 🐦 "quoted" \\ \t' };
    const json = escapeJson(JSON.stringify(value));
    assertSafe(json);
    assert.deepEqual(JSON.parse(json), value);
  });

  it('holds none of them and means the same whatever the value is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = escapeJson(JSON.stringify(value));
        assertSafe(json);
        assert.doesNotMatch(json, /[\n\r]/);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps lines apart where there are several', () => {
    assert.equal(escapeLines('a\nb\u001b\n'), 'a\nb\\x1b\n');
  });
});
