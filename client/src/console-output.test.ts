import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { ConsoleOutput, OUTPUT_WAITING_BYTES_MAX } from './console-output.ts';
import { Output } from './output.ts';

const name = parseUnikernelName('foo:hello');
const WILD = Uint8Array.from([0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0xff, 0x00]);

function entry(entry: ConsoleEntry['entry']): ConsoleEntry {
  return { seq: 5, at: Date.UTC(2026, 0, 31), entry };
}

const entries = [
  entry({ kind: 'boot', life: 1 }),
  entry({ kind: 'line', bytes: WILD, truncated: false }),
  entry({ kind: 'line', bytes: Buffer.alloc(0), truncated: false }),
  entry({ kind: 'line', bytes: Buffer.from('long'), truncated: true }),
  entry({ kind: 'dropped', lines: 9 }),
  entry({ kind: 'exit', life: 1, why: 'status 0' }),
];

/** Remembers what it is given. */
class Paper extends Output {
  readonly lines: string[] = [];
  readonly notes: string[] = [];

  override line(text: string): void {
    this.lines.push(text);
  }

  override note(text: string): void {
    this.notes.push(text);
  }
}

function printed(options: { readonly isRaw: boolean; readonly isNamed: boolean }): {
  readonly paper: Paper;
  readonly bytes: Buffer;
} {
  const [paper, stream] = [new Paper({ isJson: false }), new PassThrough()];
  const output = new ConsoleOutput(options, paper, stream);
  for (const one of entries) output.show(name, one);
  return { paper, bytes: (stream.read() as Buffer | null) ?? Buffer.alloc(0) };
}

describe('the output of a console', () => {
  it('has the bytes as they were printed when it is raw, and markers where notes are', () => {
    const { paper, bytes } = printed({ isRaw: true, isNamed: false });
    const expected = [WILD, Buffer.from('\n\nlong\n')];
    assert.deepEqual(bytes, Buffer.concat(expected));
    assert.deepEqual(paper.lines, []);
    assert.deepEqual(paper.notes, [
      '-- boot, life 1 --',
      '-- the line before was cut --',
      '-- dropped 9 lines, which came faster than is kept --',
      '-- exit, status 0 --',
    ]);
  });

  it('has the name in front of each line when there are several', () => {
    const { paper, bytes } = printed({ isRaw: true, isNamed: true });
    const prefix = Buffer.from('foo:hello ');
    const end = Buffer.from('\nfoo:hello \nfoo:hello long\n');
    assert.deepEqual(bytes, Buffer.concat([prefix, WILD, end]));
    assert.equal(paper.notes[0], 'foo:hello -- boot, life 1 --');
    const text = printed({ isRaw: false, isNamed: true });
    assert.equal(text.bytes.length, 0);
    assert.equal(text.paper.lines[1], 'foo:hello 2026-01-31T00:00:00.000Z \\x1b[2J\\x0d\\xff\\x00');
  });

  it('is full while more waits than should, until that was read', async () => {
    const waiting: (() => void)[] = [];
    const stream = new Writable({ write: (_chunk, _encoding, done) => void waiting.push(done) });
    const output = new ConsoleOutput(
      { isRaw: true, isNamed: false },
      new Paper({ isJson: false }),
      stream,
    );
    await output.room();
    const bytes = Buffer.alloc(OUTPUT_WAITING_BYTES_MAX);
    output.show(name, entry({ kind: 'line', bytes, truncated: false }));
    assert.equal(output.isFull, true);
    const room = output.room();
    waiting.pop()?.();
    await room;
    assert.equal(output.isFull, false);
  });

  it('is not full when nobody reads any more', async () => {
    const stream = new Writable({ write: () => undefined });
    const output = new ConsoleOutput(
      { isRaw: true, isNamed: false },
      new Paper({ isJson: false }),
      stream,
    );
    const bytes = Buffer.alloc(OUTPUT_WAITING_BYTES_MAX);
    output.show(name, entry({ kind: 'line', bytes, truncated: false }));
    const room = output.room();
    const gone = once(stream, 'error');
    stream.destroy(new Error('EPIPE')).on('error', () => undefined);
    await gone.catch(() => undefined);
    await room;
    assert.equal(output.isFull, false);
  });
});
