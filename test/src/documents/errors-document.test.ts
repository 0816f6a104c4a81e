import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAILURES, isFailureCode } from '@albatross/shared/contracts/failures';
import { exitStatusOf } from '../../../client/src/exit-status.ts';
import { readDocument, tableRows } from './read-document.ts';

describe('docs/errors.md', () => {
  const rows = tableRows(readDocument('errors.md'));

  it('has every failure code once, in the order of the program, and no other', () => {
    assert.deepEqual(
      rows.map(([code]) => code),
      Object.keys(FAILURES),
    );
  });

  it('says cause, remedy and exit status of each, and the client leaves with that one', () => {
    for (const [code = '', cause, remedy, exit, ...rest] of rows) {
      assert.ok(isFailureCode(code), code);
      assert.match(cause ?? '', /\.$/, `${code} has no cause`);
      assert.match(remedy ?? '', /\.$|\?$/, `${code} has no remedy`);
      assert.equal(exit, String(exitStatusOf(code)), code);
      assert.deepEqual(rest, [], `${code} has a cell too many`);
    }
  });
});
