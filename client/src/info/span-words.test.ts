import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inWords, spanWords } from './span-words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

it('a span is told in two units at most, and without those of which there are none', () => {
  const spans = [
    [0, '0 s'],
    [999, '0 s'],
    [12 * SECOND, '12 s'],
    [59_600, '59 s'],
    [4 * MINUTE + 12 * SECOND, '4 min 12 s'],
    [3 * HOUR, '3 h'],
    [3 * HOUR + 12 * MINUTE + 59 * SECOND, '3 h 12 min'],
    [3 * HOUR + 12 * SECOND, '3 h'],
    [DAY + 4 * HOUR, '1 d 4 h'],
    [1000 * DAY, '1000 d'],
    [-5 * SECOND, '0 s'],
  ] as const;
  for (const [ms, words] of spans) assert.equal(spanWords(ms), words, `${ms} ms`);
});

it('what is due is due now, also when it was due before', () => {
  assert.equal(inWords(12_000, 0), 'in 12 s');
  assert.equal(inWords(72_400, 0), 'in 1 min 12 s');
  assert.equal(inWords(11_600, 0), 'in 12 s');
  assert.equal(inWords(499, 0), 'now');
  assert.equal(inWords(0, 5_000), 'now');
});
