import { StartError } from '@albatross/shared/runtime/run';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';

describe('the configuration of console', () => {
  it('has a default for everything', () => {
    const { rate, historyBytesMax, logLevel } = readConfig({});
    assert.deepEqual(rate, { linesPerS: 1000, bytesPerS: 1024 ** 2 });
    assert.equal(historyBytesMax, 4 * 1024 ** 3);
    assert.equal(logLevel, 'info');
  });

  it('takes whole numbers', () => {
    const { rate, historyBytesMax } = readConfig({
      ALBATROSS_CONSOLE_LINES_PER_S: '1',
      ALBATROSS_CONSOLE_BYTES_PER_S: '20000',
      ALBATROSS_CONSOLE_BYTES: '1048576',
    });
    assert.deepEqual(rate, { linesPerS: 1, bytesPerS: 20_000 });
    assert.equal(historyBytesMax, 1_048_576);
  });

  it('refuses what is none, or too little, and says what would be right', () => {
    for (const text of ['', '0', '-1', '1.5', '1e3', 'many', '10 ', '99999999999999999999'])
      for (const name of [
        'ALBATROSS_CONSOLE_LINES_PER_S',
        'ALBATROSS_CONSOLE_BYTES_PER_S',
        'ALBATROSS_CONSOLE_BYTES',
      ])
        assert.throws(
          () => readConfig({ [name]: text }),
          (error) =>
            error instanceof StartError &&
            error.message.startsWith(`${name} is ${JSON.stringify(text)}; it is a whole number of`),
        );
    assert.throws(() => readConfig({ ALBATROSS_CONSOLE_BYTES: '1048575' }), StartError);
  });
});
