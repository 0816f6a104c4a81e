import type { HistoryStart } from '@albatross/shared/contracts/console';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { History } from './history.ts';
import { data, show } from './testing/entries.ts';

const NO_LIMIT = { entries: Infinity, bytes: Infinity };

describe('reading a history', () => {
  const entry = (seq: number): string => `${seq} line ${seq}`;
  const lines = (from: number, to: number): readonly string[] =>
    Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));

  function filled(path: string, count: number): History {
    const history = History.open(path);
    for (let seq = 1; seq <= count; seq += 1) history.append(data(`line ${seq}\n`, seq * 10));
    return history;
  }

  it('gives the newest, those since a moment, or those behind one', async () => {
    await using folder = await TemporaryFolder.make();
    using history = filled(folder.path, 30);
    const read = (from: HistoryStart): readonly string[] =>
      history.read(from, NO_LIMIT).entries.map(show);
    assert.deepEqual(read({ kind: 'count', count: 0 }), []);
    assert.deepEqual(read({ kind: 'count', count: 3 }), lines(28, 30));
    assert.deepEqual(read({ kind: 'count', count: 30 }), lines(1, 30));
    assert.deepEqual(read({ kind: 'count', count: Number.MAX_SAFE_INTEGER }), lines(1, 30));
    assert.deepEqual(read({ kind: 'since', at: 0 }), lines(1, 30));
    assert.deepEqual(read({ kind: 'since', at: 290 }), lines(29, 30));
    assert.deepEqual(read({ kind: 'since', at: 291 }), lines(30, 30));
    assert.deepEqual(read({ kind: 'since', at: 301 }), []);
    assert.deepEqual(read({ kind: 'after', seq: 0 }), lines(1, 30));
    assert.deepEqual(read({ kind: 'after', seq: 29 }), lines(30, 30));
    assert.deepEqual(read({ kind: 'after', seq: 30 }), []);
    assert.deepEqual(read({ kind: 'after', seq: Number.MAX_SAFE_INTEGER }), []);
  });

  it('page by page gives everything once, however small the pages', async () => {
    await using folder = await TemporaryFolder.make();
    using history = filled(folder.path, 30);
    for (const max of [
      { entries: 1, bytes: Infinity },
      { entries: 7, bytes: 1000 },
      { entries: 100, bytes: 200 },
    ]) {
      const seen: string[] = [];
      let from: HistoryStart = { kind: 'count', count: 25 };
      for (let isMore = true; isMore;) {
        const { entries, more } = history.read(from, max);
        assert.ok(entries.length > 0 && entries.length <= max.entries);
        seen.push(...entries.map(show));
        from = { kind: 'after', seq: entries.at(-1)?.seq ?? 0 };
        isMore = more;
      }
      assert.deepEqual(seen, lines(6, 30));
    }
  });

  it('says that there is more only when there is', async () => {
    await using folder = await TemporaryFolder.make();
    using history = filled(folder.path, 30);
    const more = (count: number, entries: number): boolean =>
      history.read({ kind: 'count', count }, { entries, bytes: Infinity }).more;
    assert.equal(more(30, 29), true);
    assert.equal(more(30, 30), false);
    assert.equal(more(0, 30), false);
  });

  it('leaves nothing out when the clock was set back meanwhile', async () => {
    await using folder = await TemporaryFolder.make();
    using history = History.open(folder.path);
    for (const at of [100, 50, 60, 110]) history.append(data(`at ${at}\n`, at));
    assert.deepEqual(history.read({ kind: 'since', at: 80 }, NO_LIMIT).entries.map(show), [
      '1 at 100',
      '2 at 50',
      '3 at 60',
      '4 at 110',
    ]);
  });

  it('does not show the line under way', async () => {
    await using folder = await TemporaryFolder.make();
    using history = History.open(folder.path);
    history.append(data('one\ntw'));
    assert.deepEqual(history.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries.map(show), [
      '1 one',
    ]);
  });
});
