import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FileTally } from './file-tally.ts';

const place = { file: '/repository/a.test.ts', line: 1, column: 1 };

describe('the tally of a test file', () => {
  it('names the tests that were under way when the deadline passed', () => {
    const tally = new FileTally('/repository/a.test.ts');
    for (const name of ['ends', 'hangs']) tally.add({ type: 'test:dequeue', data: at(name) });
    tally.add({
      type: 'test:complete',
      data: { ...at('ends'), testNumber: 1, details: { duration_ms: 1, passed: true } },
    });
    tally.add({ type: 'test:pass', data: { ...at('ends'), testNumber: 1, details: took } });
    const error = Object.assign(new Error(), { cause: new Error('out of time') });
    tally.add({
      type: 'test:fail',
      data: { ...at('/repository/a.test.ts'), testNumber: 1, details: { ...took, error } },
    });
    assert.deepEqual(tally.outcome(5), {
      file: '/repository/a.test.ts',
      passed: 1,
      failures: [{ title: '/repository/a.test.ts', why: 'Error: out of time\nunder way: hangs' }],
      skipped: [],
      output: '',
      durationMs: 5,
    });
  });
});

const took = { duration_ms: 1 };

function at(name: string): typeof place & { readonly name: string; readonly nesting: number } {
  return { ...place, name, nesting: 0 };
}
