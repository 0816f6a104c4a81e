import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  counter,
  counterBy,
  distinct,
  escapeHelp,
  escapeLabelValue,
  expose,
  gauge,
  labelText,
  untyped,
  type Labelled,
} from './exposition.ts';
import { readPage, valueOf } from './testing/read-page.ts';

const textOf = (pieces: Iterable<string>): string => [...pieces].join('');

describe('a family on the page', () => {
  const number = (value: number): number => value;

  it('has its help and its type, and a line for each value', () => {
    const family = counterBy<number>('sheep_total', 'Counted.', 'colour', {
      white: number,
      black: (value) => value / 2,
    });
    const things = [
      { labels: labelText({ flock: 'a' }), of: 4 },
      { labels: '', of: 1e21 },
    ];
    assert.equal(
      textOf(expose(family, things)),
      [
        '# HELP sheep_total Counted.',
        '# TYPE sheep_total counter',
        'sheep_total{flock="a",colour="white"} 4',
        'sheep_total{flock="a",colour="black"} 2',
        'sheep_total{colour="white"} 1e+21',
        'sheep_total{colour="black"} 500000000000000000000',
        '',
      ].join('\n'),
    );
  });

  it('has no line for a value there is not, and is left out when there is none at all', () => {
    const family = gauge<number | null>('sheep', 'Some.', (value) => value);
    const things = [null, 0].map((of) => ({ labels: labelText({ flock: String(of) }), of }));
    assert.deepEqual(
      [...(readPage(textOf(expose(family, things))).get('sheep')?.lines ?? [])],
      [['[["flock","0"]]', 0]],
    );
    assert.equal(textOf(expose(family, things.slice(0, 1))), '');
    assert.equal(textOf(expose(family, [])), '');
  });

  it('has braces only where there are labels', () => {
    const thing = [{ labels: '', of: 3 }];
    assert.match(textOf(expose(gauge('sheep', 'S.', number), thing)), /^sheep 3$/m);
    assert.match(textOf(expose(untyped('sheep', 'S.', number), thing)), /^# TYPE sheep untyped$/m);
  });

  it('can be of numbers that are none', () => {
    const things = [NaN, Infinity, -Infinity, -0, 5e-324].map((of, index) => {
      return { labels: labelText({ index: String(index) }), of };
    });
    const page = readPage(textOf(expose(gauge('odd', 'Odd.', number), things)));
    assert.deepEqual(
      [...(page.get('odd')?.lines.values() ?? [])],
      [NaN, Infinity, -Infinity, 0, 5e-324],
    );
  });

  it('comes in pieces however long it is, and nothing is lost between them', () => {
    for (const size of [1, 511, 512, 513, 1024, 5000]) {
      const things = Array.from({ length: size }, (_, of) => {
        return { labels: labelText({ index: String(of) }), of };
      });
      const pieces = [...expose(counter('sheep_total', 'Counted.', number), things)];
      assert.equal(pieces.length, Math.ceil(size / 512));
      assert.deepEqual(
        [...(readPage(pieces.join('')).get('sheep_total')?.lines.values() ?? [])],
        things.map(({ of }) => of),
      );
    }
  });

  it('keeps the first of several with the same labels', () => {
    const things: Labelled<number>[] = ['a', 'b', 'a'].map((labels, of) => ({ labels, of }));
    assert.deepEqual([...distinct(things)], things.slice(0, 2));
  });
});

describe('text in a label', () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', ',', '=', '}', '{', ' ', 'é', '🐑') }),
  );

  it('is read as it was, whatever it holds', () => {
    fc.assert(
      fc.property(any, any, fc.double(), (first, second, value) => {
        const labels = { first, second };
        const things = [{ labels: labelText(labels), of: value }];
        const text = textOf(expose(gauge('sheep', first, Number), things));
        const bytes = Buffer.from(text).toString();
        const page = readPage(bytes);
        const read = valueOf(page, 'sheep', labels);
        // The page has one zero only.
        assert.equal(read, value === 0 ? 0 : value);
        assert.equal(page.get('sheep')?.help, first);
      }),
    );
  });

  it('cannot end its line, nor the label it is in', () => {
    assert.equal(escapeLabelValue('a"} 1\nb \\" {'), 'a\\"} 1\\nb \\\\\\" {');
    assert.equal(escapeHelp('a "word"\nb \\'), 'a "word"\\nb \\\\');
    fc.assert(
      fc.property(any, (text) => {
        assert.match(escapeLabelValue(text), /^([^\\"\n]|\\[\\n"])*$/);
      }),
    );
  });
});
