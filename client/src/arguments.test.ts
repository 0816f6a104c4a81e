import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  collect,
  readCount,
  readMemory,
  readName,
  readTime,
  readUnikernelName,
} from './arguments.ts';

function refuses(
  code: FailureCode,
  read: (text: string) => unknown,
  texts: readonly string[],
): void {
  for (const text of texts) {
    assert.throws(
      () => read(text),
      (error) =>
        error instanceof Failure &&
        error.code === code &&
        error.message.includes(JSON.stringify(text).slice(1, -1)),
      `${JSON.stringify(text)} is not refused as it should be`,
    );
  }
}

describe('an argument', () => {
  it('that is a name may be written as it is printed or with the leading colon', () => {
    assert.equal(readName('foo:hello'), 'foo:hello');
    assert.equal(readName(':foo:'), 'foo:');
    assert.equal(readName(':'), ':');
    assert.equal(readUnikernelName(':Hello'), 'hello');
  });

  it('that is no name is one failure, which says why', () => {
    refuses('NAME_INVALID', readName, ['', 'a b', 'foo::bar', '-x', 'x/y', 'a\u001b[2J']);
    refuses('NAME_INVALID', readUnikernelName, ['foo:', ':']);
  });

  it('that is an amount of memory is a whole number of MiB of at least 1', () => {
    assert.equal(readMemory('1'), 1);
    assert.equal(readMemory('999999999999'), 999_999_999_999);
    const wrong = ['', '0', '-1', '1.5', '1e3', '0x10', ' 32', '32M', '١', '1000000000000'];
    refuses('MEMORY_INVALID', readMemory, wrong);
  });

  it('that is a count is a whole number of at least 0', () => {
    assert.equal(readCount('0'), 0);
    assert.equal(readCount('999999999'), 999_999_999);
    refuses('USAGE_INVALID', readCount, ['', '-1', '1.5', 'many', '1000000000', '1e3']);
  });

  it('that is a time is a day, or a time as RFC 3339 writes it', () => {
    assert.equal(readTime('2026-01-31'), Date.UTC(2026, 0, 31));
    assert.equal(readTime('2026-01-31T12:00:00Z'), Date.UTC(2026, 0, 31, 12));
    assert.equal(readTime('2026-01-31T12:00:00.25+02:00'), Date.UTC(2026, 0, 31, 10, 0, 0, 250));
    assert.equal(readTime('2026-01-31 12:00:00z'), Date.UTC(2026, 0, 31, 12));
    const wrong = ['', 'yesterday', '12:00', '2026-13-01', '2026-02-31', '2026-02-30T00:00:00Z'];
    refuses('USAGE_INVALID', readTime, [...wrong, '2026-01-31(x)', '2026-01-31T25:00:00Z', '1']);
  });

  it('that is a time before all times of ours means from the beginning', () => {
    assert.equal(readTime('1969-07-20'), 0);
  });

  it('that may be given several times is kept in order', () => {
    assert.deepEqual(
      ['a', 'b', 'a'].reduce((all: readonly string[], one) => collect(one, all), []),
      ['a', 'b', 'a'],
    );
  });
});
