import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FOREIGN_TEXT_MAX, shown } from './foreign-text.ts';

describe('text that is not ours', () => {
  it('is shown as it is when it is harmless', () => {
    for (const text of ['', 'service', 'halt_poll_success_ns', 'a "b" \\ é 🐑'])
      assert.equal(shown(text), text);
  });

  it('cannot move a cursor nor turn the order around', () => {
    assert.equal(shown('\x1b[2Ja\tb\n\x7f\x9b'), '\\x1b[2Ja\\x09b\\x0a\\x7f\\x9b');
    assert.equal(shown('a\u202eb\u2028'), 'a\\u202eb\\u2028');
  });

  it('is UTF-8 always, and bounded', () => {
    assert.equal(shown('a\ud800\udc00b\ud800'), 'a\u{10000}b\\ud800');
    const cut = shown(`${'x'.repeat(FOREIGN_TEXT_MAX - 1)}🐑`);
    assert.equal(cut, `${'x'.repeat(FOREIGN_TEXT_MAX - 1)}\\ud83d`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = shown(String.fromCharCode(...units));
        assert.equal(Buffer.from(text).toString(), text);
        assert.doesNotMatch(text, /\p{Cc}/u);
      }),
    );
  });
});
