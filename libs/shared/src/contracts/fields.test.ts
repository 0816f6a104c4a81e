import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as field from './fields.ts';
import { fault } from './testing/fault.ts';

describe('a name in a message', () => {
  it('is read as any other, so that the service sees one form of it', () => {
    assert.equal(field.name.parse(':Foo:Bar'), 'foo:bar');
    assert.equal(field.unikernelName.parse(':hello'), 'hello');
  });

  it('that is none is NAME_INVALID, in the words of the parser', () => {
    assert.deepEqual(fault(field.name, 'a_b'), {
      failure: 'NAME_INVALID',
      message: 'the label "a_b" has other characters than letters, digits, "-" and "."',
    });
    assert.equal(fault(field.unikernelName, 'foo:')?.failure, 'NAME_INVALID');
  });

  it('that is not even text is a malformed message, not a bad name', () => {
    for (const value of [undefined, null, 7, ['hello']]) {
      assert.equal(fault(field.name, value)?.failure, undefined);
      assert.ok(fault(field.name, value) !== null);
    }
  });
});

describe('a request id', () => {
  it('has 8 to 64 harmless characters', () => {
    for (const id of ['abcd_-19', 'x'.repeat(64)]) assert.equal(fault(field.requestId, id), null);
    for (const id of ['abcdefg', 'x'.repeat(65), 'abcdefgh\n', 'abcd/efgh', '../../../a']) {
      assert.ok(fault(field.requestId, id) !== null, JSON.stringify(id));
    }
  });
});

describe('a digest', () => {
  it('is 64 lower-case hexadecimal digits, so that it can be a file name', () => {
    assert.equal(fault(field.sha256, '0123456789abcdef'.repeat(4)), null);
    for (const text of ['a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), `${'a'.repeat(64)}\n`]) {
      assert.ok(fault(field.sha256, text) !== null, JSON.stringify(text));
    }
  });
});

describe('a moment and a count', () => {
  it('are zero without a sign', () => {
    assert.ok(Object.is(field.count.parse(-0), 0));
  });

  it('are whole numbers that are not negative', () => {
    for (const schema of [field.time, field.count]) {
      for (const value of [0, 1_700_000_000_000]) assert.equal(schema.parse(value), value);
      for (const value of [-1, 0.5, 2 ** 53, 5n]) assert.ok(fault(schema, value) !== null);
    }
  });
});
