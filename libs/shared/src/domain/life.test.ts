import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LIFE_DRAFT_PREFIX, lifeName, parseLifeName } from './life.ts';
import { parseUnikernelName } from './name.ts';
import { unikernelName } from './testing/arbitrary-name.ts';

describe("a life's name", () => {
  it("is the unikernel's in the form of the wire, and the life's number", () => {
    assert.equal(lifeName({ unikernel: parseUnikernelName('hello'), number: 7 }), ':hello@7');
    assert.equal(lifeName({ unikernel: parseUnikernelName('foo:a'), number: 12 }), 'foo:a@12');
  });

  it('is read back as the same life', () => {
    const number = fc.integer({ min: 1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(unikernelName, number, (unikernel, number) => {
        assert.deepEqual(parseLifeName(lifeName({ unikernel, number })), { unikernel, number });
      }),
    );
  });

  it('is a file name, however long the unikernel is called', () => {
    const unikernel = parseUnikernelName(Array.from({ length: 100 }, () => 'a').join(':'));
    const name = lifeName({ unikernel, number: 999_999_999_999_999 });
    assert.ok((LIFE_DRAFT_PREFIX + name).length <= 255);
  });

  it('is not seen in a life still being built', () => {
    fc.assert(
      fc.property(unikernelName, (unikernel) => {
        const name = lifeName({ unikernel, number: 7 });
        assert.equal(parseLifeName(LIFE_DRAFT_PREFIX + name), null);
      }),
    );
  });

  it('is not seen in any other file', () => {
    const others = [
      ':hello',
      '@7',
      ':@7',
      'foo:@7',
      ':hello@',
      ':hello@0',
      ':hello@07',
      ':hello@-1',
      ':hello@1e3',
      ':hello@7@8',
      ':hello@7\n',
      ':hello@1000000000000000',
      '',
    ];
    for (const text of others) assert.equal(parseLifeName(text), null, JSON.stringify(text));
  });

  it('has one spelling only: no two files are the same life', () => {
    for (const text of ['hello@7', ':Hello@7', ':foo:a@7', 'Foo:a@7']) {
      assert.equal(parseLifeName(text), null, text);
    }
  });
});
