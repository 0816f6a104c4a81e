import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entryToJson, entryToText } from './console-view.ts';

const hello = parseUnikernelName('foo:hello');
const at = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const AT = '2026-01-31T12:00:00.007Z';

function entry(entry: ConsoleEntry['entry']): ConsoleEntry {
  return { seq: 5, at, entry };
}

function line(bytes: Uint8Array, truncated = false): ConsoleEntry {
  return entry({ kind: 'line', bytes, truncated });
}

describe('an entry of a console as text', () => {
  it('is a line with its time', () => {
    assert.equal(entryToText(line(Buffer.from('hello, wörld'))), `${AT} hello, wörld`);
    assert.equal(entryToText(line(Buffer.alloc(0))), `${AT} `);
  });

  it('tells markers from lines, and says where a line was cut', () => {
    assert.equal(entryToText(entry({ kind: 'boot', life: 7 })), `${AT} -- boot, life 7 --`);
    assert.equal(
      entryToText(entry({ kind: 'exit', life: 7, why: 'status 3' })),
      `${AT} -- exit, status 3 --`,
    );
    assert.equal(entryToText(entry({ kind: 'gap', why: 'why' })), `${AT} -- gap: why --`);
    assert.equal(entryToText(line(Buffer.from('long'), true)), `${AT} long [truncated]`);
  });

  it('is one line whatever the guest printed', () => {
    const text = entryToText(line(Uint8Array.from([0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0xff, 0x00])));
    assert.equal(text, `${AT} \\x1b[2J\\x0d\ufffd\\x00`);
  });
});

describe('an entry of a console as JSON', () => {
  it('has name, number, time and line', () => {
    assert.deepEqual(entryToJson(hello, line(Buffer.from('hello\u001b'))), {
      name: 'foo:hello',
      seq: 5,
      at: AT,
      line: 'hello\u001b',
    });
  });

  it('marks what is no line of the guest, and a line that was cut', () => {
    const json = (one: ConsoleEntry): object => entryToJson(hello, one);
    const common = { name: 'foo:hello', seq: 5, at: AT };
    assert.deepEqual(
      [
        json(entry({ kind: 'boot', life: 7 })),
        json(entry({ kind: 'exit', life: 7, why: 'signal 15' })),
        json(entry({ kind: 'gap', why: 'why' })),
        json(line(Buffer.from('long'), true)),
      ],
      [
        { ...common, line: 'boot, life 7', marker: 'boot' },
        { ...common, line: 'exit, signal 15', marker: 'exit' },
        { ...common, line: 'gap: why', marker: 'gap' },
        { ...common, line: 'long [truncated]', truncated: true },
      ],
    );
  });
});
