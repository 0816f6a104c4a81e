import { decode, encode } from '@albatross/shared/bus/codec';
import {
  consoleFeed,
  ENTRIES_PER_MESSAGE_MAX,
  LINE_BYTES_MAX,
  type ConsoleEntry,
} from '@albatross/shared/contracts/console';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFeedMessage } from './feed-message.ts';

const hello = parseUnikernelName('foo:hello');

/** Around where a number takes one byte more, up to what numbers of entries are counted to. */
const number = fc.oneof(
  fc.constantFrom(0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000),
  fc.integer({ min: 1, max: 2 ** 48 }),
);
const content: fc.Arbitrary<ConsoleEntry['entry']> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('line' as const),
        bytes: fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.constantFrom(0, 0xff, 0x100, LINE_BYTES_MAX).map((size) => Buffer.alloc(size, 'x')),
        ),
        truncated: fc.boolean(),
      },
      { noNullPrototype: true },
    ),
  },
  fc.constant({ kind: 'boot' as const, life: 7 }),
  fc.constant({ kind: 'exit' as const, life: 7, why: 'status 0' }),
  fc.constant({ kind: 'gap' as const, why: 'größer' }),
  number.map((lines) => ({ kind: 'dropped' as const, lines })),
);
const entry: fc.Arbitrary<ConsoleEntry> = fc
  .tuple(number, number, content)
  .map(([seq, at, entry]) => ({ seq, at, entry }));

describe('a message of the feed', () => {
  it('reads as what any encoder would have made of it', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        const expected = encode({ name: hello, entries });
        assert.deepEqual(read(encodeFeedMessage(hello, entries)), read(expected));
      }),
    );
  });

  it('holds as many of the longest lines as a message may', () => {
    const entries: ConsoleEntry[] = Array.from({ length: ENTRIES_PER_MESSAGE_MAX }, (_, index) => ({
      seq: 2 ** 47 + index,
      at: 2 ** 41,
      entry: { kind: 'line', bytes: new Uint8Array(LINE_BYTES_MAX).fill(index), truncated: true },
    }));
    assert.deepEqual(read(encodeFeedMessage(hello, entries)), {
      name: hello,
      entries: entries.map(({ seq, at, entry }) => ({ seq, at, entry: plain(entry) })),
    });
  });
});

function read(message: Uint8Array): unknown {
  const { name, entries } = decode(consoleFeed.message, message, 'REPLY_INVALID');
  return { name, entries: entries.map(({ seq, at, entry }) => ({ seq, at, entry: plain(entry) })) };
}

/** Bytes are bytes, in whatever array they come. */
function plain(entry: ConsoleEntry['entry']): unknown {
  return entry.kind === 'line' ? { ...entry, bytes: Buffer.from(entry.bytes) } : entry;
}
