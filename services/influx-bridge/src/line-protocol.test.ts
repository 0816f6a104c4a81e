import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integer, lineOf, secondsOfMs, secondsOfUs } from './line-protocol.ts';
import { parseLine } from './testing/parse-line.ts';

/** Full of what has a meaning in a line. */
const hostile = fc.string({
  unit: fc.constantFrom(...Array.from(',= \\"#\n\r\tab\0'), 'é', '🐫'),
  maxLength: 12,
});

/** Ends of lines and tabs become two characters. */
const asWritten = (text: string): string =>
  text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');

describe('a line', () => {
  it('is what the grammar says, fields in the order given', () => {
    const line = lineOf({
      measurement: 'kinfo mem,x',
      tags: [
        ['vm', 'web'],
        ['bridge', 'a=b, c'],
      ],
      fields: [
        ['vsize', integer(4096)],
        ['unknown', integer(null)],
        ['a b', secondsOfUs(1_000_020)],
      ],
      at: 1_709_210_096_789,
    });
    assert.equal(
      line,
      'kinfo\\ mem\\,x,vm=web,bridge=a\\=b\\,\\ c vsize=4096i,a\\ b=1.000020 1709210096789000000',
    );
  });

  it('keeps every text apart from what stands around it, whatever it holds', () => {
    const text = hostile.filter((one) => one !== '');
    fc.assert(
      fc.property(
        text,
        fc.array(fc.tuple(text, text)),
        fc.array(text, { minLength: 1 }),
        (m, t, f) => {
          const fields = f.map((key, index) => [key, integer(index)] as const);
          const line = lineOf({ measurement: m, tags: t, fields, at: 5 });
          assert.deepEqual(parseLine(line ?? ''), {
            measurement: asWritten(m),
            tags: t.map(([key, value]) => [asWritten(key), asWritten(value)]),
            fields: f.map((key, index) => [asWritten(key), `${index}i`]),
            timestamp: '5000000',
          });
        },
      ),
    );
  });

  it('leaves out what is empty, and is none without a field', () => {
    const fields = [['f', integer(1)]] as const;
    const line = lineOf({ measurement: 'm', tags: [['vm', '']], fields, at: 0 });
    assert.equal(line, 'm f=1i 0');
    const nothing = [
      ['f', integer(Number.NaN)],
      ['', integer(1)],
    ] as const;
    assert.equal(lineOf({ measurement: 'm', tags: [], fields: nothing, at: 0 }), null);
  });

  it('has whole numbers of 64 bits only', () => {
    assert.deepEqual([0, -0, 1.5, -3, 2 ** 53, 2 ** 62].map(integer), [
      '0i',
      '0i',
      '2i',
      '-3i',
      '9007199254740992i',
      '4611686018427387904i',
    ]);
    for (const none of [2 ** 63, 1e300, Infinity, Number.NaN, null])
      assert.equal(integer(none), null);
    assert.equal(integer(-(2 ** 63)), '-9223372036854775808i');
  });

  it('has seconds with all their digits', () => {
    assert.deepEqual([0, 20, 999_999, 1_500_000].map(secondsOfUs), [
      '0.000000',
      '0.000020',
      '0.999999',
      '1.500000',
    ]);
    assert.deepEqual([0, 5, 61_250].map(secondsOfMs), ['0.000', '0.005', '61.250']);
  });
});
