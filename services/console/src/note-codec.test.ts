import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeNotes, encodeNote } from './note-codec.ts';
import { note, startNote } from './testing/arbitrary-note.ts';
import type { Note } from './transcript.ts';

const HEADER_BYTES = 11;
const anyNote: fc.Arbitrary<Note> = fc.oneof(note, startNote);

function decode(file: Buffer): { readonly notes: readonly Note[]; readonly end: number } {
  const decoded = [...decodeNotes(file)];
  return { notes: decoded.map(({ note }) => note), end: decoded.at(-1)?.end ?? 0 };
}

describe('notes', () => {
  it('are the same after they were written down and read', () => {
    const property = fc.property(fc.array(anyNote, { maxLength: 10 }), (notes) => {
      const file = Buffer.concat(notes.map(encodeNote));
      const decoded = decode(file);
      assert.deepEqual(decoded.notes, notes);
      assert.equal(decoded.end, file.length);
    });
    fc.assert(property);
  });

  it('have the layout that is documented', () => {
    const hex = (note: Note): string => {
      const [kind, at, length, payload] = [[0, 1], [1, 7], [7, 11], [11]].map(([from, to]) =>
        encodeNote(note).toString('hex', from, to),
      );
      return `${kind} ${at} ${length} ${payload}`;
    };
    const at = 0x0102_0304_0506;
    assert.equal(
      hex({ kind: 'data', at, bytes: Buffer.from('hi\n') }),
      '02 010203040506 00000003 68690a',
    );
    assert.equal(hex({ kind: 'boot', at, life: 7 }), '03 010203040506 00000001 37');
    assert.equal(hex({ kind: 'exit', at, life: 7, why: 'é' }), '04 010203040506 00000004 3720c3a9');
    assert.equal(hex({ kind: 'gap', at, why: 'x' }), '05 010203040506 00000001 78');
    assert.equal(hex({ kind: 'rest' }), '06 000000000000 00000000 ');
    const standing = { nextSeq: 258, life: 3, isOver: true, isAtRest: true, isSkipping: true };
    assert.equal(
      hex({ kind: 'start', ...standing, tail: Buffer.from('ab') }),
      '01 000000000000 0000000f 000000000102000000000003076162',
    );
  });

  it('that were torn anywhere leave those before them', () => {
    const property = fc.property(fc.array(note, { maxLength: 3 }), anyNote, (before, last) => {
      const begin = Buffer.concat(before.map(encodeNote));
      const file = Buffer.concat([begin, encodeNote(last)]);
      for (let end = begin.length; end < file.length; end += 1) {
        const decoded = decode(file.subarray(0, end));
        assert.deepEqual(decoded.notes, before);
        assert.equal(decoded.end, begin.length);
      }
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('end where the blocks of a file were lost', () => {
    const property = fc.property(fc.array(note, { maxLength: 3 }), (notes) => {
      const file = Buffer.concat([...notes.map(encodeNote), Buffer.alloc(100)]);
      assert.deepEqual(decode(file).notes, notes);
    });
    fc.assert(property);
  });

  it('are read out of any bytes without a throw, each of its own part of them', () => {
    const header = fc
      .tuple(fc.nat({ max: 8 }), fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.nat({ max: 30 }))
      .map(([kind, at, length]) => Buffer.from([kind, ...at, 0, 0, 0, length]));
    const bytes = fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    const property = fc.property(bytes, (pieces) => {
      const file = Buffer.concat(pieces);
      let before = 0;
      for (const { end } of decodeNotes(file)) {
        assert.ok(end >= before + HEADER_BYTES && end <= file.length);
        before = end;
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
