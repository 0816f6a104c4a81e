import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Failure } from '../contracts/failures.ts';
import { refuse } from '../contracts/fields.ts';
import * as z from '../contracts/schema.ts';
import { check, decode, encode } from './codec.ts';

function fromHex(text: string): unknown {
  return decode(z.unknown(), Buffer.from(text.replaceAll(' ', ''), 'hex'), 'REQUEST_INVALID');
}

const toHex = (value: unknown): string => Buffer.from(encode(value)).toString('hex');

/** The failure that something throws, as `CODE: message`. */
function failureOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return `${error.code}: ${error.message}`;
  }
  return assert.fail('nothing was thrown');
}

describe('a message', () => {
  it('is plain msgpack that any language reads', () => {
    assert.equal(toHex({ name: 'a', n: 7 }), 'de0002 a46e616d65 a161 a16e 07'.replaceAll(' ', ''));
    assert.equal(toHex([null, true, -1]), '93c0c3ff');
    assert.equal(toHex(new Uint8Array([1, 2])), 'c4020102');
    assert.equal(toHex(Buffer.from([1, 2])), 'c4020102');
    assert.equal(toHex(2n ** 60n), 'd31000000000000000');
  });

  it('is the same after it was sent and read', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger().map((n) => n + 0),
        fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
        fc.string({ unit: 'binary' }),
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.array(tie('value'), { maxLength: 20 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (value) => {
        assert.deepEqual(decode(z.unknown(), encode(value), 'REQUEST_INVALID'), value);
      }),
    );
  });

  it('has the same numbers however many bytes its sender took for them, and bigints beyond 2^53', () => {
    assert.equal(fromHex('05'), 5);
    assert.equal(fromHex('cf 0000000000000005'), 5);
    assert.equal(fromHex('d3 fffffffffffffffb'), -5);
    assert.equal(fromHex('cf 0000018bcfe56800'), 1_700_000_000_000);
    assert.equal(fromHex('cb 4278bcfe56800000'), 1_700_000_000_000);
    assert.equal(fromHex('cf 0020000000000001'), 2n ** 53n + 1n);
    assert.equal(fromHex('cf ffffffffffffffff'), 2n ** 64n - 1n);
  });
});

describe('bytes from a stranger', () => {
  it('are read or refused with the code asked for, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        try {
          decode(z.unknown(), data, 'REQUEST_INVALID');
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
          assert.equal(error.code, 'REQUEST_INVALID');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused when there are none, too few or too many', () => {
    for (const text of ['', '82 a161', '01 01', 'c4 05 00', 'cd 01']) {
      assert.equal(
        failureOf(() => fromHex(text)),
        'REQUEST_INVALID: the message is no msgpack',
      );
    }
  });

  it('are read as if nothing stood before and behind them in the same buffer', () => {
    const behind = Buffer.from('a6736563726574', 'hex');
    for (const text of ['a5 61', 'c4 05 61', '92 01', 'cd 01', '81 a1 61']) {
      const data = Buffer.from(text.replaceAll(' ', ''), 'hex');
      const both = Buffer.concat([behind, data, behind]);
      const middle = both.subarray(behind.length, behind.length + data.length);
      assert.match(
        failureOf(() => decode(z.unknown(), middle, 'REQUEST_INVALID')),
        /^REQUEST_INVALID: /,
      );
    }
  });

  it('are refused when they nest deeper than any stack', () => {
    assert.match(
      failureOf(() => decode(z.unknown(), Buffer.alloc(900_000, 0x91), 'REPLY_INVALID')),
      /^REPLY_INVALID: /,
    );
  });

  it('take no memory for elements that they only promise', () => {
    const promises = Array.from({ length: 200 }, () => 'dd 01ffffff').join('');
    const before = process.memoryUsage().rss;
    failureOf(() => fromHex(promises));
    assert.ok(process.memoryUsage().rss - before < 128 * 1024 * 1024);
  });

  it('change nothing for the message behind them', () => {
    // An extension of the package: from here on, 0x40 stands for an object with the keys a and b.
    const definition = 'd4 72 40 92 a161 a162 01 02';
    assert.deepEqual(fromHex(definition), { a: 1, b: 2 });
    assert.deepEqual(fromHex('93 40 41 7f'), [64, 65, 127]);
    failureOf(() => fromHex('d4 72 40 92 a161'));
    assert.deepEqual(fromHex('93 40 41 7f'), [64, 65, 127]);
  });

  it('cannot reach the prototype of what they are read into', () => {
    const read = fromHex('81 a9 5f5f70726f746f5f5f 81 a161 01') as object;
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.ok(!('a' in read));
  });
});

describe('what does not fit its schema', () => {
  const schema = z.strictObject({
    size: z.number(),
    deep: z.object({ list: z.array(z.string()) }),
    name: z
      .string()
      .check(z.refine((text) => text !== 'bad', { error: 'bad name', ...refuse('NAME_INVALID') })),
  });
  const good = { size: 1, deep: { list: [] }, name: 'good' };

  it('is refused with the code asked for and the place where it is wrong', () => {
    const bad = { ...good, deep: { list: ['a', 7] } };
    assert.match(
      failureOf(() => check(schema, bad, 'REPLY_INVALID')),
      /^REPLY_INVALID: deep\.list\.1: .*expected string/,
    );
  });

  it('is refused with the code that the schema has for it, even if more is wrong', () => {
    assert.equal(
      failureOf(() => check(schema, { ...good, size: '1', name: 'bad' }, 'REQUEST_INVALID')),
      'NAME_INVALID: bad name',
    );
  });

  it('is not believed when it names a failure that there is none of', () => {
    const odd = z
      .string()
      .check(z.refine(() => false, { error: 'odd', params: { failure: 'toString' } }));
    assert.equal(
      failureOf(() => check(odd, '', 'REQUEST_INVALID')),
      'REQUEST_INVALID: odd',
    );
  });
});
