import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from './options.ts';

describe('the options of a flood', () => {
  it('are a thousand unikernels that print a hundred lines a second for a minute', () => {
    const expected = { unikernels: 1000, linesPerSecond: 100, seconds: 60, followers: 1 };
    assert.deepEqual(readOptions([]), expected);
  });

  it('are numbers that make sense', () => {
    const words = ['--unikernels', '200', '--lines-per-second', '50', '--seconds', '10'];
    const expected = { unikernels: 200, linesPerSecond: 50, seconds: 10, followers: 3 };
    assert.deepEqual(readOptions([...words, '--followers', '3']), expected);
    for (const bad of ['0', '-1', '4001', '1.5', 'many', ''])
      assert.throws(() => readOptions([`--unikernels=${bad}`]), {
        message: `--unikernels is a whole number from 1 to 4000; ${JSON.stringify(bad)} is not`,
      });
  });

  it('are none when help is asked for', () => {
    assert.equal(readOptions(['--help']), null);
  });
});
