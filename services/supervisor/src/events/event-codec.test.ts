import type { EventRecord } from '@albatross/shared/contracts/event';
import { ROOT } from '@albatross/shared/domain/name';
import { name, unikernelName } from '@albatross/shared/domain/testing/arbitrary-name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeEvent, encodeEvent, linesOf, linesWith, readHead } from './event-codec.ts';

const count = fc.maxSafeNat();
const text = fc.string({ unit: 'binary' });
const exit = fc.oneof(
  fc.nat(255).map((status) => ({ kind: 'status' as const, status })),
  fc.nat(64).map((signal) => ({ kind: 'signal' as const, signal })),
  fc.constant({ kind: 'unknown' as const }),
);
const arbitraryEvent: fc.Arbitrary<EventRecord> = fc
  .record({
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    id: fc.stringMatching(/^[0-9a-f]{16}$/),
    at: count,
    name,
    actor: text,
    requestId: fc.option(text),
  })
  .chain((common) =>
    fc.oneof(
      fc.constant({ ...common, type: 'stopped' as const }),
      text.map((why) => ({ ...common, type: 'failed' as const, why })),
      fc
        .array(text)
        .map((taps) => ({ ...common, type: 'started' as const, life: 1, pid: 2, taps })),
      exit.map((exit) => ({ ...common, type: 'exited' as const, life: 1, exit, lifetimeMs: 7 })),
    ),
  );

const one: EventRecord = {
  type: 'failed',
  seq: 7,
  id: '0123456789abcdef',
  at: 1_700_000_000_000,
  name: ROOT,
  actor: 'supervisor',
  requestId: null,
  why: 'one\ntwo {"name": 1}',
};

function lineOf(event: EventRecord): Buffer {
  const encoded = encodeEvent(event);
  assert.equal(encoded.indexOf(10), encoded.length - 1, 'it is one line');
  return encoded.subarray(0, -1);
}

describe('a line of the event log', () => {
  it('says what it is about in front', () => {
    assert.match(
      lineOf(one).toString(),
      /^[0-9a-f]{8} 7 0123456789abcdef 1700000000000 : \{"type":"failed",/,
    );
  });

  it('brings back every event, whatever strangers put into it', () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        const line = lineOf(event);
        assert.deepEqual(decodeEvent(line), event);
        const { seq, id, at, name } = event;
        assert.deepEqual(readHead(line), { seq, id, at, name });
      }),
      { numRuns: 1000 },
    );
  });

  it('is no event when a bit of it changed, or a byte is missing', () => {
    const line = lineOf(one);
    for (let bit = 0; bit < line.length * 8; bit += 1) {
      const changed = Buffer.from(line);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      assert.equal(decodeEvent(changed), null, `bit ${bit}`);
    }
    for (let end = 0; end < line.length; end += 1)
      assert.equal(decodeEvent(line.subarray(0, end)), null, `${end} bytes`);
  });

  it('is no event when it is of a type that is not known here', () => {
    const line = lineOf({ ...one, type: 'of-another-version' } as unknown as EventRecord);
    assert.equal(decodeEvent(line), null);
    assert.equal(readHead(line)?.seq, 7);
  });
});

describe('lines that hold a text', () => {
  it('are found as by looking into each', () => {
    const few = fc.constantFrom('a', 'ab', 'b', ' ', '\n', 'aa\n');
    fc.assert(
      fc.property(fc.array(few), fc.constantFrom('a', 'ab', 'aab'), (pieces, text) => {
        const bytes = Buffer.from(pieces.join(''));
        const expected = [...linesOf(bytes)].map(String).filter((line) => line.includes(text));
        assert.deepEqual([...linesWith(bytes, text)].map(String), expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('are found whatever name it is, also the longest', () => {
    fc.assert(
      fc.property(unikernelName, (name) => {
        const line = encodeEvent({ ...one, name });
        assert.equal([...linesWith(line, ` ${name} `)].length, 1);
        assert.equal(readHead(line)?.name, name);
      }),
    );
  });
});
