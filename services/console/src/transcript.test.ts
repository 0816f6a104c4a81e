import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { note } from './testing/arbitrary-note.ts';
import { data, plain, show } from './testing/entries.ts';
import { Transcript, type Note } from './transcript.ts';

function takeAll(transcript: Transcript, notes: readonly Note[]): readonly ConsoleEntry[] {
  return notes.flatMap((note) => transcript.take(note).entries);
}

describe('a transcript', () => {
  it('numbers lines and markers from 1 on, without a gap, over all lives', () => {
    const entries = takeAll(new Transcript(), [
      { kind: 'boot', at: 1, life: 3 },
      data('one\ntwo\n'),
      { kind: 'gap', at: 2, why: 'why' },
      { kind: 'exit', at: 3, life: 3, why: 'status 0' },
      { kind: 'boot', at: 4, life: 9 },
      data('three\n'),
    ]);
    assert.deepEqual(entries.map(show), [
      '1 <boot 3>',
      '2 one',
      '3 two',
      '4 <gap>',
      '5 <exit 3 status 0>',
      '6 <boot 9>',
      '7 three',
    ]);
  });

  it('ends a line under way before a marker, and begins a new one behind it', () => {
    const transcript = new Transcript();
    const marker: Note = { kind: 'gap', at: 7, why: 'why' };
    assert.deepEqual(takeAll(transcript, [data('half'), marker]).map(show), ['1 half', '2 <gap>']);
    assert.deepEqual(takeAll(transcript, [data('rest\n')]).map(show), ['3 rest']);
  });

  it('gives a line the time of the read that ended it', () => {
    const entries = takeAll(new Transcript(), [
      data('be', 5),
      data('gin\nnext', 6),
      { kind: 'gap', at: 7, why: '' },
    ]);
    assert.deepEqual(
      entries.map(({ at }) => at),
      [6, 7, 7],
    );
  });

  it('keeps a line under way over a rest', () => {
    const entries = takeAll(new Transcript(), [data('half '), { kind: 'rest' }, data('whole\n')]);
    assert.deepEqual(entries.map(show), ['1 half whole']);
  });

  it('knows what life it is in, whether that is over, and whether it came to rest', () => {
    const transcript = new Transcript();
    const standing = (): unknown => {
      const { life, isOver, isAtRest } = transcript.standing;
      return { life, isOver, isAtRest };
    };
    assert.deepEqual(standing(), { life: 0, isOver: true, isAtRest: true });
    transcript.take({ kind: 'boot', at: 1, life: 4 });
    assert.deepEqual(standing(), { life: 4, isOver: false, isAtRest: false });
    transcript.take({ kind: 'rest' });
    assert.deepEqual(standing(), { life: 4, isOver: false, isAtRest: true });
    transcript.take(data('x'));
    assert.deepEqual(standing(), { life: 4, isOver: false, isAtRest: false });
    transcript.take({ kind: 'exit', at: 2, life: 4, why: '' });
    assert.deepEqual(standing(), { life: 4, isOver: true, isAtRest: false });
  });

  it('goes on from where another stood as that one would have', () => {
    const notes = fc.array(note, { maxLength: 12 });
    const property = fc.property(notes, notes, (before, after) => {
      const [first, second] = [new Transcript(), new Transcript()];
      takeAll(first, before);
      second.take({ kind: 'start', ...first.standing });
      assert.deepEqual(second.standing, first.standing);
      assert.deepEqual(plain(takeAll(second, after)), plain(takeAll(first, after)));
      assert.deepEqual(second.standing, first.standing);
    });
    fc.assert(property);
  });
});
