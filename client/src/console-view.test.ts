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

  it('has the name in front where there are several consoles', () => {
    assert.equal(entryToText(line(Buffer.from('hi')), hello), `foo:hello ${AT} hi`);
    assert.equal(
      entryToText(entry({ kind: 'boot', life: 7 }), hello),
      `foo:hello ${AT} -- boot, life 7 --`,
    );
  });

  it('tells markers from lines, and says where a line was cut', () => {
    assert.equal(entryToText(entry({ kind: 'boot', life: 7 })), `${AT} -- boot, life 7 --`);
    assert.equal(
      entryToText(entry({ kind: 'exit', life: 7, why: 'status 3' })),
      `${AT} -- exit, status 3 --`,
    );
    assert.equal(
      entryToText(entry({ kind: 'gap', why: 'w\u009by' })),
      `${AT} -- gap: w\\u009by --`,
    );
    for (const [lines, text] of [
      [1, 'dropped 1 line'],
      [9, 'dropped 9 lines'],
    ] as const)
      assert.equal(
        entryToText(entry({ kind: 'dropped', lines })),
        `${AT} -- ${text}, which came faster than is kept --`,
      );
    assert.equal(entryToText(line(Buffer.from('long'), true)), `${AT} long [truncated]`);
  });

  it('is one line whatever the guest printed', () => {
    const text = entryToText(line(Uint8Array.from([0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0xff, 0x00])));
    assert.equal(text, `${AT} \\x1b[2J\\x0d\\xff\\x00`);
  });
});

describe('an entry of a console as JSON', () => {
  const PLAIN = { truncated: false, base64: null, marker: null, dropped: null };

  it('has name, number, time and line', () => {
    assert.deepEqual(entryToJson(hello, line(Buffer.from('hello\u001b'))), {
      name: 'foo:hello',
      seq: 5,
      at: AT,
      line: 'hello\u001b',
      ...PLAIN,
    });
  });

  it('marks what is no line of the guest, and a line that was cut', () => {
    const json = (one: ConsoleEntry): object => entryToJson(hello, one);
    const common = { name: 'foo:hello', seq: 5, at: AT, ...PLAIN };
    assert.deepEqual(
      [
        json(entry({ kind: 'boot', life: 7 })),
        json(entry({ kind: 'exit', life: 7, why: 'signal 15' })),
        json(entry({ kind: 'gap', why: 'why' })),
        json(entry({ kind: 'dropped', lines: 9 })),
        json(line(Buffer.from('long'), true)),
      ],
      [
        { ...common, line: 'boot, life 7', marker: 'boot' },
        { ...common, line: 'exit, signal 15', marker: 'exit' },
        { ...common, line: 'gap: why', marker: 'gap' },
        {
          ...common,
          line: 'dropped 9 lines, which came faster than is kept',
          marker: 'dropped',
          dropped: 9,
        },
        { ...common, line: 'long', truncated: true },
      ],
    );
  });

  it('has the bytes of a line that is not UTF-8', () => {
    assert.deepEqual(entryToJson(hello, line(Uint8Array.from([0x61, 0xff]))), {
      name: 'foo:hello',
      seq: 5,
      at: AT,
      line: 'a\ufffd',
      ...PLAIN,
      base64: 'Yf8=',
    });
  });
});
