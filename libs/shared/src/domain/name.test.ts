import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  isPathName,
  isWithin,
  LABEL_BYTES_MAX,
  labelOf,
  labelsOf,
  NAME_BYTES_MAX,
  NameError,
  parseName,
  parseUnikernelName,
  pathOf,
  ROOT,
  subjectTokens,
  wireForm,
  type PathName,
} from './name.ts';
import { name, nameAmongFew, pathAmongFew, unikernelName } from './testing/arbitrary-name.ts';

describe('a name', () => {
  it('is read in the form people write and in the form of the wire, and printed as people write it', () => {
    const printed = {
      ':': ':',
      hello: 'hello',
      ':hello': 'hello',
      'foo:': 'foo:',
      ':foo:': 'foo:',
      'foo:bar': 'foo:bar',
      ':foo:bar': 'foo:bar',
      'a:b:': 'a:b:',
    };
    for (const [written, expected] of Object.entries(printed)) {
      assert.equal(parseName(written), expected, written);
    }
  });

  it('is lower-cased', () => {
    assert.equal(parseName('Foo:BAR-1.x'), 'foo:bar-1.x');
  });

  it('may have labels that mean something in a file path', () => {
    assert.deepEqual(labelsOf(parseName('.:..:x-')), ['.', '..', 'x-']);
  });

  it('is refused with a message that says what is wrong', () => {
    const refused: Readonly<Record<string, RegExp>> = {
      '': /may not be empty; the root is written ":"/,
      '::': /empty label in "::"/,
      '::a': /empty label/,
      'a::b': /empty label in "a::b"/,
      'a::': /empty label/,
      '-a': /the label "-a" begins with "-"/,
      'a:-b': /the label "-b" in "a:-b" begins with "-"/,
      a_b: /the label "a_b" has other characters/,
      'a b': /other characters/,
      'a/b': /other characters/,
      'a\n': /the label "a\\n" has other characters/,
      'a\0': /other characters/,
      é: /other characters/,
      // KELVIN SIGN: its lower case is an ordinary k
      '\u212a': /other characters/,
    };
    for (const [text, message] of Object.entries(refused)) {
      assert.throws(() => parseName(text), { name: 'NameError', message }, JSON.stringify(text));
    }
  });

  it('has a limit for its labels and one for itself, which a leading colon does not use up', () => {
    const longest = 'a'.repeat(LABEL_BYTES_MAX);
    assert.equal(parseName(longest), longest);
    assert.throws(() => parseName(`${longest}a`), /has 64 characters; at most 63 are allowed/);
    const whole = [longest, longest, longest, 'b'.repeat(8)].join(':');
    assert.equal(whole.length, NAME_BYTES_MAX);
    assert.equal(parseName(`:${whole}`), whole);
    assert.throws(() => parseName(`${whole}b`), /at most 200 characters, this one 201/);
  });

  it('of a unikernel ends in a label', () => {
    assert.equal(parseUnikernelName(':Hello'), 'hello');
    for (const path of [':', 'foo:']) {
      assert.throws(
        () => parseUnikernelName(path),
        /is a path; a unikernel's name ends in a label/,
      );
    }
  });

  it('is the same after it was printed and read again, in either form', () => {
    fc.assert(
      fc.property(name, (one) => {
        assert.equal(parseName(one), one);
        assert.equal(parseName(wireForm(one)), one);
      }),
    );
  });

  it('is either refused or legal, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aB9.-:_ /\0é'.split('')), maxLength: 12 });
    fc.assert(
      fc.property(text, (text) => {
        try {
          assert.match(parseName(text), /^(?::|(?:[a-z0-9.][a-z0-9.-]*:)*[a-z0-9.][a-z0-9.-]*:?)$/);
        } catch (error) {
          assert.ok(error instanceof NameError, String(error));
        }
      }),
    );
  });
});

describe('the form of the wire', () => {
  it('always holds a colon, so that no name can be taken for a part of a file path', () => {
    assert.equal(wireForm(parseName('..')), ':..');
    fc.assert(fc.property(name, (one) => assert.match(wireForm(one), /^[^/\0]*:[^/\0]*$/)));
  });
});

describe('the parts of a name', () => {
  it('are its labels; of a unikernel, its own label and the path it lives in', () => {
    assert.deepEqual(labelsOf(ROOT), []);
    const name = parseUnikernelName('a:b:c');
    assert.deepEqual([labelsOf(name), labelOf(name), pathOf(name)], [['a', 'b', 'c'], 'c', 'a:b:']);
    const topmost = parseUnikernelName('c');
    assert.deepEqual([labelOf(topmost), pathOf(topmost)], ['c', ROOT]);
  });

  it('put together again are the name', () => {
    fc.assert(
      fc.property(unikernelName, (name) => {
        assert.ok(isPathName(pathOf(name)));
        assert.deepEqual([...labelsOf(pathOf(name)), labelOf(name)], labelsOf(name));
      }),
    );
  });
});

describe('a path', () => {
  it('holds itself and everything below it, but no unikernel of the same labels', () => {
    const path = parseName('foo:') as PathName;
    const within = { 'foo:': true, 'foo:a': true, 'foo:a:': true, 'foo:a:b': true };
    const outside = { foo: false, fool: false, 'fool:a': false, 'a:foo:': false, ':': false };
    for (const [text, expected] of Object.entries({ ...within, ...outside })) {
      assert.equal(isWithin(parseName(text), path), expected, text);
    }
  });

  it('holds a name exactly when its labels are the first of that name', () => {
    fc.assert(
      fc.property(nameAmongFew, pathAmongFew, (name, path) => {
        const labels = labelsOf(path);
        const begins = labels.every((label, i) => labelsOf(name)[i] === label);
        const isUnikernelOfSameLabels =
          labelsOf(name).length === labels.length && !isPathName(name);
        assert.equal(isWithin(name, path), path === ROOT || (begins && !isUnikernelOfSameLabels));
      }),
    );
  });
});

describe('the tokens of a name in a subject', () => {
  it('are its labels, and a colon behind those of a path', () => {
    const tokens = { ':': ':', hello: 'hello', 'foo:': 'foo.:', 'foo:a.b': 'foo.a_b', '..': '__' };
    for (const [text, expected] of Object.entries(tokens)) {
      assert.equal(subjectTokens(parseName(text)), expected);
    }
  });

  it('are never those of another name', () => {
    fc.assert(
      fc.property(nameAmongFew, nameAmongFew, (one, other) => {
        assert.equal(subjectTokens(one) === subjectTokens(other), one === other);
      }),
      { numRuns: 1000 },
    );
  });

  it('are legal in a subject and hold no wildcard', () => {
    fc.assert(
      fc.property(name, (one) => {
        for (const token of subjectTokens(one).split('.')) assert.match(token, /^[a-z0-9_:-]+$/);
      }),
    );
  });
});
