import { LINE_BYTES_MAX, type ConsoleEntry } from '@albatross/shared/contracts/console';
import { encode } from '@albatross/shared/bus/codec';
import { MESSAGE_BYTES_MAX } from '@albatross/shared/bus/server-config';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { batches } from './batches.ts';

function lines(count: number, bytes: number): ConsoleEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at: 0,
    entry: { kind: 'line', bytes: Buffer.alloc(bytes, 'x'), truncated: false },
  }));
}

describe('batches', () => {
  it('hold every entry once, in order', () => {
    for (const bytes of [0, 80, LINE_BYTES_MAX]) {
      const entries = lines(1000, bytes);
      assert.deepEqual([...batches(entries)].flat(), entries);
    }
  });

  it('each fit a message of the bus, whatever the lines', () => {
    for (const bytes of [0, 1, 80, 1000, LINE_BYTES_MAX]) {
      for (const batch of batches(lines(1000, bytes))) {
        assert.ok(encode({ name: 'hello', entries: batch }).length < MESSAGE_BYTES_MAX);
      }
    }
  });

  it('of nothing are none', () => {
    assert.deepEqual([...batches([])], []);
  });
});
