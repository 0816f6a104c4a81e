import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LinePattern, MATCHED_LINE_LENGTH_MAX } from './line-pattern.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('a pattern on lines that somebody else wrote', () => {
  it('finds what it finds elsewhere, line by line', () => {
    const pattern = new LinePattern(/^ready (\d+)$/);
    assert.equal(pattern.matches(bytes('not ready 1')), false);
    assert.equal(pattern.matches(bytes('ready 1')), true);
    assert.equal(pattern.matches(bytes('ready x')), false);
    assert.equal(new LinePattern(/ü/).matches(bytes('grün')), true);
    assert.equal(pattern.matches(Uint8Array.of(0xff, 0)), false);
  });

  it('looks at so much of a line and no more', () => {
    const long = `${'x'.repeat(MATCHED_LINE_LENGTH_MAX)}end`;
    assert.equal(new LinePattern(/end/).matches(bytes(long)), false);
    assert.equal(new LinePattern(/end/).matches(bytes(long.slice(1))), false);
    assert.equal(new LinePattern(/end/).matches(bytes(long.slice(3))), true);
  });

  it('is given up where it takes for ever, with a word about it', () => {
    const pattern = new LinePattern(/^(a+)+$/);
    assert.throws(() => pattern.matches(bytes(`${'a'.repeat(60)}!`)), {
      code: 'USAGE_INVALID',
      message: /^the pattern \^\(a\+\)\+\$ takes more than 200 ms over one line of the guest; /,
    });
    assert.equal(pattern.matches(bytes('aaa')), true);
  });
});
