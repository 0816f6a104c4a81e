import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeControl, escapeJson } from './escape.ts';

const range = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);

/** Every character a terminal might obey, or that reorders or breaks what is shown. */
const UNSAFE = [
  ...range(0, 9),
  ...range(10, 22),
  ...range(127, 33),
  ...range(0x202a, 5),
  ...range(0x2066, 4),
  0x061c,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
].map((code) => String.fromCharCode(code));

describe('text for a terminal', () => {
  it('stays as it is where it is only text', () => {
    for (const text of ['', 'hello', 'a\tb', 'é ü 日本語 🐦', 'C:\\x41', '\ufffd'])
      assert.equal(escapeControl(text), text);
  });

  it('shows control characters instead of obeying them', () => {
    assert.equal(escapeControl('\u001b[2Jgone\r\n'), '\\x1b[2Jgone\\x0d\\x0a');
    assert.equal(escapeControl('\0\u0007\u007f\u009b'), '\\x00\\x07\\x7f\\x9b');
    assert.equal(escapeControl('a\u202eb\u2028c'), 'a\\u202eb\\u2028c');
  });

  it('holds none of the characters that are unsafe', () => {
    for (const c of UNSAFE)
      assert.match(escapeControl(`a${c}b`), /^a\\(x[0-9a-f]{2}|u[0-9a-f]{4})b$/, JSON.stringify(c));
  });
});

describe('JSON for a terminal', () => {
  it('holds none of the characters that are unsafe, and means the same', () => {
    const value = { [`key${UNSAFE.join('')}`]: UNSAFE, plain: 'é 🐦 "quoted" \\ \t' };
    const json = escapeJson(JSON.stringify(value));
    for (const c of UNSAFE) assert.ok(!json.includes(c), JSON.stringify(c));
    assert.deepEqual(JSON.parse(json), value);
  });
});
