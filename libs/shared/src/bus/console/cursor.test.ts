import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsoleEntry } from '../../contracts/console.ts';
import { line, lines } from '../testing/toy-console.ts';
import { ConsoleCursor } from './cursor.ts';

const boot: ConsoleEntry = { seq: 7, at: 7000, entry: { kind: 'boot', life: 2 } };

function behind(seq: number): ConsoleCursor {
  const cursor = new ConsoleCursor({ kind: 'after', seq: 0 });
  for (const entry of lines(1, seq)) cursor.take(entry);
  return cursor;
}

describe('how far a console was shown', () => {
  it('says where entries stand that are told', () => {
    const cursor = behind(5);
    assert.equal(cursor.place([line(6)]), 'next');
    assert.equal(cursor.place(lines(4, 6)), 'next');
    assert.equal(cursor.place(lines(4, 5)), 'seen');
    assert.equal(cursor.place([]), 'seen');
    assert.equal(cursor.place([line(7)]), 'step');
    assert.equal(cursor.place([line(1, 5001)]), 'anew');
    assert.equal(cursor.place([line(5, 5001), line(6, 5001)]), 'anew');
  });

  it('is not taken in by a clock that was set back', () => {
    const cursor = behind(5);
    cursor.take(line(6, 100));
    assert.equal(cursor.place([line(5), line(6, 100)]), 'seen');
    assert.equal(cursor.at, 5000);
  });

  it('that is known by a time only goes on with a life that begins, and asks for everything else', () => {
    const cursor = new ConsoleCursor({ kind: 'since', at: 6001 });
    assert.equal(cursor.place([line(7)]), 'step');
    assert.deepEqual(cursor.next, { kind: 'since', at: 6001 });
    assert.equal(cursor.place([boot]), 'next');
    assert.deepEqual(cursor.take(boot), [boot]);
    assert.deepEqual(cursor.next, { kind: 'after', seq: 7 });
  });

  it('has a gap where entries are missing, and nothing of what was shown', () => {
    const cursor = behind(5);
    assert.deepEqual(cursor.take(line(5)), []);
    assert.deepEqual(
      cursor.take(line(8)).map(({ seq, entry }) => [seq, entry.kind]),
      [
        [7, 'gap'],
        [8, 'line'],
      ],
    );
    assert.deepEqual(cursor.take(line(9)), [line(9)]);
  });
});
