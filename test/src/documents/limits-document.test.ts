import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limitNamesIn, readLimits } from './limits.ts';
import { readDocument, tableRows } from './read-document.ts';

describe('docs/limits.md', () => {
  const rows = tableRows(readDocument('limits.md'));

  it('has every limit of the program with its value and its file, and no other', async () => {
    const documented = rows.map(([name, value, file]) => `${name} | ${value} | ${file}`);
    const actual = (await readLimits()).map(
      ({ name, value, file }) => `${name} | ${value} | \`${file}\``,
    );
    assert.deepEqual(documented.toSorted(), actual.toSorted());
  });

  it('says what happens at each', () => {
    for (const [name, , , consequence, ...rest] of rows) {
      assert.match(consequence ?? '', /\.$/, `${name} has no consequence`);
      assert.deepEqual(rest, [], `${name} has a cell too many`);
    }
  });
});

describe('a limit', () => {
  it('is an exported constant that says so in its name', () => {
    const code = [
      'export const LINE_BYTES_MAX = 4096;',
      'export const MAX_DEVICES = 63;',
      'export const KILL_AFTER_MS: number = 5_000;',
      'export const WRITES_IN_FLIGHT = 4;',
      'export const MEMORY_MIB_DEFAULT = 32;',
      'const RETRY_MS = 10;',
      'export const limit = 1;',
    ].join('\n');
    assert.deepEqual(limitNamesIn(code), [
      'LINE_BYTES_MAX',
      'MAX_DEVICES',
      'KILL_AFTER_MS',
      'WRITES_IN_FLIGHT',
    ]);
  });
});
