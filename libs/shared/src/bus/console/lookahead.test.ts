import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsoleEntry, HistoryStart } from '../../contracts/console.ts';
import { hello, line } from '../testing/toy-console.ts';
import { ConsoleLookahead } from './lookahead.ts';

const PAGE = 16;

/** A console with one page of lines of 4 KiB each, and what it was asked for. */
class LongLines {
  readonly asked: HistoryStart[] = [];
  readonly #entries: readonly ConsoleEntry[];

  constructor(count: number) {
    this.#entries = Array.from({ length: count }, (_, index) => {
      // As they come from the bus: parts of one message.
      const bytes = new Uint8Array(count * 4096).subarray(index * 4096, (index + 1) * 4096);
      return { ...line(index + 1), entry: { kind: 'line', bytes, truncated: false } };
    });
  }

  readonly bus = {
    request: async (_: unknown, body: unknown): Promise<never> => {
      const { from } = body as { readonly from: HistoryStart };
      this.asked.push(from);
      const first = from.kind === 'after' ? from.seq : 0;
      const wanted = from.kind === 'count' && from.count === 1 ? -1 : first;
      const entries = this.#entries.slice(wanted).slice(0, PAGE);
      return { entries, more: first + PAGE < this.#entries.length } as never;
    },
  };
}

async function all(lookahead: ConsoleLookahead): Promise<readonly number[]> {
  const seen: number[] = [];
  for (await lookahead.fill(); lookahead.head !== undefined; await lookahead.shift())
    seen.push(lookahead.head.seq);
  return seen;
}

const expected = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index + 1);
const from: HistoryStart = { kind: 'since', at: 0 };

describe('looking ahead in a history', () => {
  it('keeps no more than it may, and asks again for the rest', async () => {
    for (const [bytesMax, count, asked] of [
      [1024 * 1024, 10, 1],
      [1024 * 1024, 40, 4],
      [10_000, 10, 5],
      [1, 10, 10],
      [1, 40, 41],
    ] as const) {
      const lines = new LongLines(count);
      const lookahead = new ConsoleLookahead(lines.bus, { name: hello, from }, bytesMax);
      assert.deepEqual(await all(lookahead), expected(count));
      assert.equal(lines.asked.length, asked, `${bytesMax} ${count}`);
    }
  });

  it('keeps a line without the message it came in', async () => {
    const lookahead = new ConsoleLookahead(new LongLines(10).bus, { name: hello, from }, 10_000);
    await lookahead.fill();
    const entry = lookahead.head?.entry;
    assert.equal(entry?.kind === 'line' && entry.bytes.buffer.byteLength, 4096);
  });
});
