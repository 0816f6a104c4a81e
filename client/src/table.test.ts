import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { painted, Painted } from './colour.ts';
import { aligned, table, widthOf } from './table.ts';

describe('a table', () => {
  it('is aligned by what is seen, with colours or without', () => {
    const rows = table(
      ['NAME', 'STATE', 'PID'],
      [
        ['a', painted('good', 'running'), '12'],
        ['long', painted('waiting', 'backing-off'), '-'],
      ],
    );
    assert.deepEqual(rows.map(String), [
      'NAME  STATE        PID',
      'a     running      12',
      'long  backing-off  -',
    ]);
    assert.deepEqual(
      rows.map((row) => (row instanceof Painted ? row.show(true) : row)),
      [
        '\x1b[1mNAME\x1b[22m  \x1b[1mSTATE\x1b[22m        \x1b[1mPID\x1b[22m',
        'a     \x1b[32mrunning\x1b[39m      12',
        'long  \x1b[33mbacking-off\x1b[39m  -',
      ],
    );
  });

  it('counts letters as they are shown', () => {
    assert.equal(widthOf('e\u0301a'), 2);
    assert.equal(widthOf('\u{1f427}'), 1);
    assert.equal(widthOf('\x1b'), '\\x1b'.length);
    assert.deepEqual(
      aligned([
        ['e\u0301', 'x'],
        ['bc', 'y'],
      ]),
      ['e\u0301   x', 'bc  y'],
    );
  });

  it('has no blanks at the end of a line, and may have no rows', () => {
    assert.deepEqual(
      aligned([
        ['a', ''],
        ['', 'b'],
      ]),
      ['a', '   b'],
    );
    assert.deepEqual(aligned([]), []);
    assert.deepEqual(table(['NAME'], []).map(String), ['NAME']);
  });
});
