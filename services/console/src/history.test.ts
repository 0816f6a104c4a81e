import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ENTRIES_KEPT_MIN, History, HISTORY_FILE_BYTES } from './history.ts';
import { encodeNote } from './note-codec.ts';
import { note } from './testing/arbitrary-note.ts';
import { data, plain, show } from './testing/entries.ts';
import { Transcript } from './transcript.ts';

const NO_LIMIT = { entries: Infinity, bytes: Infinity };
const ALL: HistoryStart = { kind: 'after', seq: 0 };

function all(history: History): readonly ConsoleEntry[] {
  return history.read(ALL, NO_LIMIT).entries;
}

/** Lines of 1 KiB, one read. */
function block(lines = 64): ReturnType<typeof data> {
  return data(`${'x'.repeat(1023)}\n`.repeat(lines));
}

/** Appends until both files were thrown away and begun again. */
function turnOverTwice(history: History): void {
  for (let bytes = 0; bytes < 5 * HISTORY_FILE_BYTES; bytes += 64 * 1024) history.append(block());
}

/** The current file first. */
function filesOf(folder: string): readonly string[] {
  const startOf = (path: string): number => readFileSync(path).readUIntBE(11, 6);
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size > 0)
    .toSorted((a, b) => startOf(b) - startOf(a));
}

function assertNumbered(entries: readonly ConsoleEntry[], first: number): void {
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    entries.map((_, index) => first + index),
  );
}

describe('a history', () => {
  it('gives the entries that were returned, whenever it is closed and opened again', async () => {
    await using folder = await TemporaryFolder.make();
    let count = 0;
    const steps = fc.array(fc.tuple(note, fc.boolean()), { maxLength: 20 });
    const property = fc.property(steps, (steps) => {
      const path = folder.file(String((count += 1)));
      const transcript = new Transcript();
      let history = History.open(path);
      const returned: ConsoleEntry[] = [];
      for (const [note, isReopened] of steps) {
        const entries = history.append(note);
        assert.deepEqual(plain(entries), plain(transcript.take(note).entries));
        returned.push(...entries);
        if (!isReopened) continue;
        history[Symbol.dispose]();
        history = History.open(path);
      }
      assertNumbered(returned, 1);
      assert.deepEqual(plain(all(history)), plain(returned));
      assert.deepEqual(history.standing, transcript.standing);
      history[Symbol.dispose]();
    });
    fc.assert(property);
  });

  it('loses with a torn end no more than the note that was torn', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('history');
    const write = History.open(path);
    write.append({ kind: 'boot', at: 1, life: 5 });
    const before = [...all(write), ...write.append(data('one\ntw'))];
    const [file = ''] = filesOf(path);
    const whole = statSync(file).size;
    write.append(data('o\nthree\n'));
    write[Symbol.dispose]();
    const bytes = readFileSync(file);
    for (let end = whole; end < bytes.length; end += 1) {
      writeFileSync(file, bytes.subarray(0, end));
      using history = History.open(path);
      assert.deepEqual(plain(all(history)), plain(before));
      assert.deepEqual(history.append(data('ice\n')).map(show), ['3 twice']);
      assert.deepEqual(all(history).map(show), ['1 <boot 5>', '2 one', '3 twice']);
    }
  });

  it('never takes what a guest printed for a note, whatever was torn', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('history');
    const forged = encodeNote({ kind: 'exit', at: 1, life: 9, why: 'forged' });
    const write = History.open(path);
    write.append({ kind: 'data', at: 1, bytes: Buffer.alloc(100 * forged.length, forged) });
    write[Symbol.dispose]();
    const [file = ''] = filesOf(path);
    const torn = readFileSync(file).subarray(0, -1);
    for (let length = 1; length <= forged.length; length += 1) {
      writeFileSync(file, torn);
      const line = 'x'.repeat(length);
      const history = History.open(path);
      history.append(data(`${line}\n`));
      history[Symbol.dispose]();
      using again = History.open(path);
      assert.deepEqual(all(again).map(show), [`1 ${line}`]);
    }
  });

  it('begins with what was torn anywhere in its first note', async () => {
    await using folder = await TemporaryFolder.make();
    History.open(folder.file('whole'))[Symbol.dispose]();
    const [file = ''] = filesOf(folder.file('whole'));
    const bytes = readFileSync(file);
    for (let end = 0; end < bytes.length; end += 1) {
      writeFileSync(file, bytes.subarray(0, end));
      using history = History.open(folder.file('whole'));
      assert.equal(history.append(data('line\n')).length, 1);
    }
  });

  it('has two files of bounded size, and in them the newest entries', async () => {
    await using folder = await TemporaryFolder.make();
    using history = History.open(folder.path);
    for (let count = 64; count < 6 * ENTRIES_KEPT_MIN; count += 64) {
      history.append(block());
      const { entries } = history.read({ kind: 'count', count: ENTRIES_KEPT_MIN }, NO_LIMIT);
      assert.equal(entries.length, Math.min(count, ENTRIES_KEPT_MIN));
      assertNumbered(entries, count - entries.length + 1);
      assert.ok(readdirSync(folder.path).length <= 2);
      for (const file of filesOf(folder.path))
        assert.ok(statSync(file).size < HISTORY_FILE_BYTES + 100 * 1024);
    }
  });

  it('has bounded files of the longest lines, of lines without an end and of single bytes', async () => {
    for (const bytes of [
      Buffer.from(`${'x'.repeat(4096)}\n`.repeat(15)),
      Buffer.from(`${'x'.repeat(6000)}\n`.repeat(10)),
      Buffer.alloc(64 * 1024, 'x'),
    ]) {
      await using folder = await TemporaryFolder.make();
      using history = History.open(folder.path);
      for (let i = 0; i < 150; i += 1) history.append({ kind: 'data', at: 1, bytes });
      for (const file of filesOf(folder.path))
        assert.ok(statSync(file).size < 5 * HISTORY_FILE_BYTES, `${statSync(file).size}`);
    }
    await using folder = await TemporaryFolder.make();
    const start = { nextSeq: 1, life: 1, isOver: false, isAtRest: false, isSkipping: false };
    const drip = Buffer.concat([
      encodeNote({ kind: 'start', ...start, tail: Buffer.alloc(0) }),
      Buffer.alloc(8 * HISTORY_FILE_BYTES, encodeNote(data('x'))),
    ]);
    writeFileSync(folder.file('0'), drip);
    using history = History.open(folder.path);
    history.append(data('y'));
    const [current = ''] = filesOf(folder.path);
    assert.ok(statSync(current).size < HISTORY_FILE_BYTES);
  });

  it('is there again, bounded, when somebody removed it while it was written', async () => {
    await using folder = await TemporaryFolder.make();
    using history = History.open(folder.file('history'));
    history.append(block());
    rmSync(folder.file('history'), { recursive: true });
    turnOverTwice(history);
    const entries = all(history);
    assert.ok(entries.length >= ENTRIES_KEPT_MIN);
    assertNumbered(entries, entries[0]?.seq ?? 0);
    assert.deepEqual(history.append(data('next\n')).length, 1);
  });

  it('keeps few enough entries of a guest that prints only empty lines to be read quickly', async () => {
    await using folder = await TemporaryFolder.make();
    using history = History.open(folder.path);
    const perRead = 16 * 1024;
    for (let i = 0; i < 20; i += 1) history.append(data('\n'.repeat(perRead)));
    const kept = all(history);
    assert.ok(kept.length >= ENTRIES_KEPT_MIN && kept.length < 10 * perRead, `${kept.length}`);
    assertNumbered(kept, 20 * perRead - kept.length + 1);
  });
});

describe('the numbers of a history', () => {
  it('go on after turning over and opening again', async () => {
    await using folder = await TemporaryFolder.make();
    let history = History.open(folder.path);
    turnOverTwice(history);
    for (let i = 0; i < 3; i += 1) {
      const [before] = history.append(data('before\n'));
      history[Symbol.dispose]();
      history = History.open(folder.path);
      assertNumbered(history.append(data('after\n')), (before?.seq ?? 0) + 1);
      turnOverTwice(history);
    }
    const entries = all(history);
    assertNumbered(entries, entries[0]?.seq ?? 0);
    history[Symbol.dispose]();
  });

  it('go on when it was killed between throwing a file away and beginning it again', async () => {
    await using folder = await TemporaryFolder.make();
    const history = History.open(folder.path);
    turnOverTwice(history);
    const [last] = history.append(data('last\n'));
    history[Symbol.dispose]();
    writeFileSync(filesOf(folder.path)[1] ?? '', '');
    using again = History.open(folder.path);
    assert.deepEqual(plain(all(again).slice(-1)), plain(last === undefined ? [] : [last]));
    assertNumbered(again.append(data('next\n')), (last?.seq ?? 0) + 1);
  });

  for (const [what, damage] of [
    ['zeros', (file: Buffer) => file.fill(0)],
    ['anything', (file: Buffer) => file.fill('no such note')],
    ['notes without a first one', (file: Buffer) => file.fill(encodeNote(data('forged\n')))],
  ] as const)
    it(`never come again when a file is full of ${what}, and a gap is shown`, async () => {
      for (const damaged of [0, 1, 2]) {
        await using folder = await TemporaryFolder.make();
        const history = History.open(folder.path);
        turnOverTwice(history);
        const [last] = history.append(data('last\n'));
        history[Symbol.dispose]();
        // The current one, the older one, or both.
        for (const file of damaged === 2 ? filesOf(folder.path) : [filesOf(folder.path)[damaged]])
          writeFileSync(file ?? '', damage(readFileSync(file ?? '')));
        let again = History.open(folder.path);
        const gaps = all(again).filter(({ entry }) => entry.kind === 'gap');
        assert.equal(gaps.length, 1);
        assert.ok((gaps[0]?.seq ?? 0) > (last?.seq ?? 0));
        assert.ok(!all(again).some((entry) => show(entry).includes('forged')));
        const [next] = again.append(data('next\n'));
        again[Symbol.dispose]();
        again = History.open(folder.path);
        assert.deepEqual(again.append(data('later\n')).map(show), [
          `${(next?.seq ?? 0) + 1} later`,
        ]);
        assert.equal(all(again).filter(({ entry }) => entry.kind === 'gap').length, 1);
        again[Symbol.dispose]();
      }
    });
});
