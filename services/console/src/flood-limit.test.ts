import { LINE_BYTES_MAX } from '@albatross/shared/contracts/console';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FloodLimit, type FloodRate } from './flood-limit.ts';
import { data, show } from './testing/entries.ts';
import { Transcript } from './transcript.ts';

/** A limit with a transcript behind it, as in an attachment. */
class Limited {
  readonly limit: FloodLimit;
  readonly #transcript = new Transcript();
  readonly entries: string[] = [];
  dropped = 0;

  constructor(rate: FloodRate) {
    this.limit = new FloodLimit(rate, 0);
    this.limit.begin(false);
  }

  print(bytes: Uint8Array | string, now: number): this {
    return this.#take(this.limit.take(Buffer.from(bytes), now));
  }

  settle(): this {
    return this.#take(this.limit.settle());
  }

  /** As when a life ends. */
  end(): this {
    this.settle();
    this.#note({ kind: 'exit', at: 0, life: 1, why: '' });
    this.entries.pop();
    return this;
  }

  #take(steps: ReturnType<FloodLimit['take']>): this {
    for (const step of steps) {
      // The input's memory is used again for the next read.
      if (step.kind === 'data') this.#note({ kind: 'data', at: 0, bytes: Buffer.from(step.bytes) });
      else this.#note({ ...step, at: 0 });
    }
    return this;
  }

  #note(note: Parameters<Transcript['take']>[0]): void {
    for (const one of this.#transcript.take(note).entries) {
      this.entries.push(show(one).replace(/^\d+ /, ''));
      if (one.entry.kind === 'dropped') this.dropped += one.entry.lines;
    }
  }
}

/** What is printed in the end without any limit. */
function linesOf(bytes: Buffer): readonly string[] {
  const transcript = new Transcript();
  const printed = transcript.take({ ...data(''), bytes }).entries;
  const rest = transcript.take({ kind: 'exit', at: 0, life: 1, why: '' }).entries.slice(0, -1);
  return [...printed, ...rest].map((entry) => show(entry).replace(/^\d+ /, ''));
}

function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const one of all) if (at < some.length && one === some[at]) at += 1;
  return at === some.length;
}

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');

/** Ten lines at once. */
const SLOW: FloodRate = { linesPerS: 1, bytesPerS: 10 ** 6 };

describe('a flood limit', () => {
  it('keeps every line or counts it once, whatever is printed, in whatever reads, at whatever rate', () => {
    const line = fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: LINE_BYTES_MAX - 1, max: LINE_BYTES_MAX + 2 }) },
      { weight: 1, arbitrary: fc.constant(3 * LINE_BYTES_MAX) },
    );
    const printed = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\n\n', '')), { maxLength: 40 })
      .map((parts) =>
        Buffer.concat(
          parts.flatMap(([length, end], index) => [
            Buffer.alloc(length, String.fromCharCode(97 + (index % 26))),
            Buffer.from(end),
          ]),
        ),
      );
    const reads = fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 3000 }),
        later: fc.nat({ max: 3000 }),
        isTold: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    );
    const rate = fc.record({
      linesPerS: fc.constantFrom(0.05, 0.2, 1, 10, 10 ** 6),
      bytesPerS: fc.constantFrom(0.5, 20, 1000, 10 ** 9),
    });
    const property = fc.property(printed, reads, rate, (printed, reads, rate) => {
      const limited = new Limited(rate);
      let [at, now] = [0, 0];
      for (let i = 0; at < printed.length; i += 1) {
        const { size, later, isTold } = reads[i % reads.length] ?? assert.fail();
        now += later;
        limited.print(printed.subarray(at, at + size), now);
        at += size;
        if (isTold) limited.settle();
      }
      limited.end();
      const kept = limited.entries.filter((entry) => !entry.startsWith('<dropped '));
      const all = linesOf(printed);
      assert.ok(isSubsequence(kept, all), `${kept.join('|')} of ${all.join('|')}`);
      assert.equal(kept.length + limited.dropped, all.length);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('keeps everything below the rate, byte by byte the same', () => {
    const reads = fc.array(fc.uint8Array({ maxLength: 50 }));
    const property = fc.property(reads, (reads) => {
      const limit = new FloodLimit({ linesPerS: 10 ** 6, bytesPerS: 10 ** 6 }, 0);
      limit.begin(false);
      const steps = reads.flatMap((read) => limit.take(read, 0));
      const kept = steps.map((step) => (step.kind === 'data' ? step.bytes : assert.fail()));
      assert.deepEqual(Buffer.concat(kept), Buffer.concat(reads));
    });
    fc.assert(property);
  });

  it('keeps the burst, and puts one marker for a whole flood before the next line that is kept', () => {
    const limited = new Limited(SLOW);
    for (let read = 0; read < 5; read += 1)
      limited.print(numbered(read * 20 + 1, read * 20 + 20), read * 100);
    assert.deepEqual(limited.entries, numbered(1, 10).trim().split('\n'));
    limited.print('later\n', 2_000);
    assert.deepEqual(limited.entries.slice(10), ['<dropped 90>', 'later']);
  });

  it('limits bytes as it does lines', () => {
    const limited = new Limited({ linesPerS: 10 ** 6, bytesPerS: 100 });
    limited.print(`${'x'.repeat(99)}\n`.repeat(15), 0).settle();
    assert.deepEqual(limited.entries.slice(9), ['x'.repeat(99), '<dropped 5>']);
  });

  it('neither tears a line nor counts it twice that is told of in its middle', () => {
    const limited = new Limited(SLOW);
    limited.print(numbered(1, 11), 0).print('to', 1).settle().print('rn', 2).print('\n', 3);
    assert.deepEqual(limited.entries.slice(10), ['<dropped 2>']);
    limited.print('half', 10_000).print(' kept\n', 10_001).end();
    assert.deepEqual(limited.entries.slice(10), ['<dropped 2>', 'half kept']);
  });

  it('keeps the rest of a line that it began to keep', () => {
    const limited = new Limited(SLOW);
    limited
      .print(`${numbered(1, 9)}ha`, 0)
      .print(`lf\n${numbered(11, 20)}`, 1)
      .end();
    assert.deepEqual(limited.entries.slice(9), ['half', '<dropped 10>']);
  });

  it('costs an overlong line no more than is kept of it', () => {
    const limited = new Limited({ linesPerS: 1000, bytesPerS: LINE_BYTES_MAX });
    for (let read = 0; read < 100; read += 1) limited.print('x'.repeat(LINE_BYTES_MAX), 0);
    limited.print('\nnext\n', 0);
    assert.deepEqual(limited.entries, [`${'x'.repeat(LINE_BYTES_MAX)}…`, 'next']);
  });

  it('lets a name that ends and begins again not begin anew', () => {
    const limited = new Limited(SLOW);
    limited.print(numbered(1, 10), 0);
    limited.limit.begin(false);
    limited.print('more\n', 0).settle();
    assert.deepEqual(limited.entries.slice(10), ['<dropped 1>']);
    assert.equal(limited.limit.isRested(9_999), false);
    assert.ok(limited.limit.isRested(10_000));
  });
});
