import { LINE_BYTES_MAX } from '@albatross/shared/contracts/console';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineSplitter, type Line } from './line-splitter.ts';

/** What whole input makes, line by line, and its unfinished end. */
function split(pieces: Iterable<Uint8Array>): {
  lines: readonly Line[];
  kept: readonly Uint8Array[];
} {
  const splitter = new LineSplitter();
  const splits = [...pieces].map((piece) => splitter.split(piece));
  const last = splitter.flush();
  return {
    lines: [...splits.flatMap(({ lines }) => lines), ...(last === null ? [] : [last])],
    kept: splits.flatMap(({ kept }) => kept),
  };
}

function texts(input: string): readonly string[] {
  return split([Buffer.from(input)]).lines.map(({ bytes }) => Buffer.from(bytes).toString());
}

/** Comparable whatever class of bytes it is. */
function plain(lines: readonly Line[]): readonly (readonly [string, boolean])[] {
  return lines.map(({ bytes, truncated }) => [Buffer.from(bytes).toString('latin1'), truncated]);
}

/** Lines of every length that matters, with every ending, of any bytes. */
const output: fc.Arbitrary<Buffer> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.nat({ max: 20 }) },
        { weight: 1, arbitrary: fc.integer({ min: LINE_BYTES_MAX - 2, max: LINE_BYTES_MAX + 3 }) },
        { weight: 1, arbitrary: fc.constant(3 * LINE_BYTES_MAX) },
      ),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\n\n', '\r\r\n', ''),
    ),
    { maxLength: 8 },
  )
  .map((parts) =>
    Buffer.concat(
      parts.flatMap(([length, fill, end]) => [Buffer.alloc(length, fill), Buffer.from(end)]),
    ),
  );

/** The same bytes, cut anywhere. */
function cut(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...at, bytes.length].map((end, i) => bytes.subarray(at[i - 1] ?? 0, end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('a line splitter', () => {
  it('makes the same lines however the bytes are cut into reads', () => {
    const property = fc.property(output, cuts, (bytes, cuts) => {
      assert.deepEqual(plain(split(cut(bytes, cuts)).lines), plain(split([bytes]).lines));
    });
    fc.assert(property);
  });

  it('makes the same lines again of what it says must be kept', () => {
    const property = fc.property(output, cuts, (bytes, cuts) => {
      const { lines, kept } = split(cut(bytes, cuts));
      const again = split(kept);
      assert.deepEqual(plain(again.lines), plain(lines));
      assert.deepEqual(Buffer.concat(again.kept), Buffer.concat(kept));
    });
    fc.assert(property);
  });

  it('goes on from its state as if nothing had been between', () => {
    const property = fc.property(output, fc.nat(), (bytes, at) => {
      const [begin = bytes, rest = bytes] = cut(bytes, [at]);
      const first = new LineSplitter();
      const second = new LineSplitter();
      const before = first.split(begin).lines;
      second.resume(first.state);
      const last = [...second.split(rest).lines, second.flush()].filter((line) => line !== null);
      assert.deepEqual(plain([...before, ...last]), plain(split([bytes]).lines));
    });
    fc.assert(property);
  });

  it('loses no byte of lines that are not too long', () => {
    const line = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((b) => b !== 10));
    const property = fc.property(fc.array(line), cuts, (lines, cuts) => {
      const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
      const { kept, lines: found } = split(cut(bytes, cuts));
      assert.deepEqual(Buffer.concat(kept), bytes);
      const expected = lines.map((line) => (line.at(-1) === 13 ? line.subarray(0, -1) : line));
      assert.deepEqual(plain(found), plain(expected.map((bytes) => ({ bytes, truncated: false }))));
    });
    fc.assert(property);
  });

  it('takes CR LF for one end, and a CR elsewhere for a part of the line', () => {
    assert.deepEqual(texts('one\r\ntwo\nth\rree\r\r\n'), ['one', 'two', 'th\rree\r']);
    const splitter = new LineSplitter();
    assert.deepEqual(splitter.split(Buffer.from('one\r')).lines, []);
    assert.deepEqual(plain(splitter.split(Buffer.from('\n')).lines), [['one', false]]);
  });

  it('keeps empty lines', () => {
    assert.deepEqual(texts('\n\na\n\r\n'), ['', '', 'a', '']);
  });

  it('keeps what has no end until it is asked for, once', () => {
    const splitter = new LineSplitter();
    assert.deepEqual(splitter.split(Buffer.from('no end')).lines, []);
    assert.deepEqual(plain([splitter.flush()].filter((line) => line !== null)), [
      ['no end', false],
    ]);
    assert.equal(splitter.flush(), null);
    assert.equal(new LineSplitter().flush(), null);
  });

  it('keeps NUL and bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0, 0xff, 0xc3, 0x28, 0x1b, 0x5b, 10]);
    assert.deepEqual(plain(split([bytes]).lines), [['\0\xff\xc3(\x1b[', false]]);
  });

  it('cuts a line that has one byte more than a line may have, and marks it', () => {
    const whole = 'x'.repeat(LINE_BYTES_MAX);
    assert.deepEqual(plain(split([Buffer.from(`${whole}\n`)]).lines), [[whole, false]]);
    assert.deepEqual(plain(split([Buffer.from(whole)]).lines), [[whole, false]]);
    assert.deepEqual(plain(split([Buffer.from(`${whole}y\nz\n`)]).lines), [
      [whole, true],
      ['z', false],
    ]);
  });

  it('marks a line also when what is too much of it comes later', () => {
    const whole = 'x'.repeat(LINE_BYTES_MAX);
    for (const rest of ['y\n', '\r\r\n'])
      assert.deepEqual(plain(split([Buffer.from(whole), Buffer.from(rest)]).lines), [
        [whole, true],
      ]);
    assert.deepEqual(plain(split([Buffer.from(whole), Buffer.from('\n')]).lines), [[whole, false]]);
  });

  it('shows an overlong line at once, and of its rest neither shows nor keeps anything', () => {
    const splitter = new LineSplitter();
    const { lines, kept } = splitter.split(Buffer.alloc(64 * 1024, 'x'));
    assert.deepEqual(plain(lines), [['x'.repeat(LINE_BYTES_MAX), true]]);
    assert.equal(Buffer.concat(kept).length, LINE_BYTES_MAX + 1);
    assert.deepEqual(splitter.split(Buffer.alloc(64 * 1024, 'x')), { lines: [], kept: [] });
    assert.equal(splitter.flush(), null);
    assert.deepEqual(plain(splitter.split(Buffer.from('next\n')).lines), [['next', false]]);
  });

  it('never holds more of a line than a line may have', () => {
    const splitter = new LineSplitter();
    for (let i = 0; i < 2 * LINE_BYTES_MAX; i += 1) {
      splitter.split(Buffer.from('x'));
      assert.ok(splitter.state.tail.length <= LINE_BYTES_MAX);
    }
    splitter.split(Buffer.concat([Buffer.alloc(64 * 1024, '\n'), Buffer.from('short')]));
    assert.ok(splitter.state.tail.buffer.byteLength < 64 * 1024, 'a whole read is held');
  });

  it('is done with the memory of a read when it returns', () => {
    const memory = Buffer.from('one\ntwo');
    const splitter = new LineSplitter();
    const { lines } = splitter.split(memory);
    memory.fill('!');
    assert.deepEqual(plain(lines), [['one', false]]);
    assert.deepEqual(plain(splitter.split(Buffer.from('\n')).lines), [['two', false]]);
  });
});
