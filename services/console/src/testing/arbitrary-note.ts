import * as fc from 'fast-check';
import type { Note } from '../transcript.ts';

/** Objects like any other. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });

const at = fc.nat({ max: 2 ** 40 });
const life = fc.integer({ min: 1, max: 2 ** 31 });
/** What one read returns. */
const printed: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(Buffer.from('\n'), Buffer.from('line\r\n')),
    ),
    {
      maxLength: 6,
    },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter((bytes) => bytes.length > 0);

/** What can be appended to a history: everything but the notes that say where it stands. */
export const note: fc.Arbitrary<Exclude<Note, { kind: 'start' }>> = fc.oneof(
  {
    weight: 6,
    arbitrary: record({ kind: fc.constant('data' as const), at, bytes: printed }),
  },
  record({ kind: fc.constant('boot' as const), at, life }),
  record({ kind: fc.constant('exit' as const), at, life, why: fc.string({ unit: 'grapheme' }) }),
  record({ kind: fc.constant('gap' as const), at, why: fc.string({ unit: 'grapheme' }) }),
  fc.constant({ kind: 'rest' as const }),
  record({
    kind: fc.constant('dropped' as const),
    at,
    lines: fc.integer({ min: 1, max: 2 ** 40 }),
    isMidLine: fc.boolean(),
  }),
);

export const startNote: fc.Arbitrary<Extract<Note, { kind: 'start' }>> = record({
  kind: fc.constant('start' as const),
  nextSeq: fc.integer({ min: 1, max: 2 ** 47 }),
  life: fc.integer({ min: 0, max: 2 ** 47 }),
  isOver: fc.boolean(),
  isAtRest: fc.boolean(),
  isSkipping: fc.boolean(),
  tail: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});
