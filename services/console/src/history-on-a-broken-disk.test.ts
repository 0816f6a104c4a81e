import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { History, RECALL_RETRY_MS } from './history.ts';
import { data, show } from './testing/entries.ts';

const NO_LIMIT = { entries: Infinity, bytes: Infinity };

const all = (history: History): readonly ConsoleEntry[] =>
  history.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries;

function assertRising(entries: readonly ConsoleEntry[]): void {
  for (const [index, { seq }] of entries.entries())
    assert.ok(seq > (entries[index - 1]?.seq ?? 0), entries.map(show).join('|'));
}

/** What stands in the way of a history, and how it goes away again. */
const OBSTACLES = {
  'a file stands where its folder should': (path: string) => {
    renameSync(path, `${path}-away`);
    writeFileSync(path, 'in the way');
    return () => {
      rmSync(path);
      renameSync(`${path}-away`, path);
    };
  },
  'a file of it cannot be read': (path: string) => {
    renameSync(`${path}/1`, `${path}-away`);
    mkdirSync(`${path}/1`);
    return () => {
      rmdirSync(`${path}/1`);
      renameSync(`${path}-away`, `${path}/1`);
    };
  },
  'a file of it was replaced by a symbolic link': (path: string) => {
    renameSync(`${path}/1`, `${path}-away`);
    symlinkSync(`${path}-away`, `${path}/1`);
    return () => {
      rmSync(`${path}/1`);
      renameSync(`${path}-away`, `${path}/1`);
    };
  },
};

describe('a history', () => {
  for (const [what, obstruct] of Object.entries(OBSTACLES))
    it(`goes on with numbers that were never used when ${what}, and is whole again afterwards`, async () => {
      await using folder = await TemporaryFolder.make();
      const path = folder.file('history');
      const before = History.open(path);
      const known = before.append(data('one\ntwo\n'));
      before[Symbol.dispose]();
      const clear = obstruct(path);
      let now = Date.now();
      const history = History.open(path, { now: () => now });
      assert.equal(history.isWritten, false);
      const unkept = [...history.append(data('three\n')), ...history.append(data('four\n'))];
      assert.deepEqual(
        unkept.map((entry) => show(entry).replace(/^\d+ /, '')),
        ['three', 'four'],
      );
      clear();
      // It is not tried with every line.
      unkept.push(...history.append(data('five\n')));
      assert.equal(history.isWritten, false);
      now += RECALL_RETRY_MS;
      const mended = history.append(data('six\n'));
      assert.deepEqual(
        mended.map((entry) => show(entry).replace(/^\d+ /, '')),
        ['<gap>', 'six'],
      );
      assert.ok(history.isWritten);
      assertRising([...known, ...unkept, ...mended]);
      assert.deepEqual(all(history).map(show), [...known, ...mended].map(show));
      history[Symbol.dispose]();
      using again = History.open(path);
      assert.deepEqual(all(again).map(show), [...known, ...mended].map(show));
      assertRising([...mended, ...again.append(data('next\n'))]);
    });

  it('does not begin with numbers that one before it used which could not begin either', async () => {
    await using folder = await TemporaryFolder.make();
    writeFileSync(folder.file('history'), 'in the way');
    let now = Date.now();
    const first = History.open(folder.file('history'), { now: () => now });
    const seen = [...first.append(data('x\n'.repeat(1000)))];
    first[Symbol.dispose]();
    now += 1000;
    using second = History.open(folder.file('history'), { now: () => now });
    assertRising([...seen, ...second.append(data('one\n'))]);
  });
});

/** A folder on a disk of its own that can be made read-only; null where none can be made. */
async function mountDisk(): Promise<
  (AsyncDisposable & { path: string; remount(mode: 'ro' | 'rw'): void }) | null
> {
  const folder = await TemporaryFolder.make();
  const mount = (...options: string[]): number | null => spawnSync('mount', options).status;
  if (mount('-t', 'tmpfs', 'tmpfs', folder.path) !== 0) {
    await folder[Symbol.asyncDispose]();
    return null;
  }
  return {
    path: folder.file('history'),
    remount: (mode) => assert.equal(mount('-o', `remount,${mode}`, folder.path), 0),
    [Symbol.asyncDispose]: async () => {
      assert.equal(spawnSync('umount', ['--lazy', folder.path]).status, 0);
      await folder[Symbol.asyncDispose]();
    },
  };
}

it('a history on a read-only disk shows what was kept, goes on, and is whole again', async (t) => {
  await using disk = await mountDisk();
  if (disk === null) return t.skip('not run here: a disk needs the right to mount one');
  const before = History.open(disk.path);
  const known = before.append(data('one\n'));
  before[Symbol.dispose]();
  disk.remount('ro');
  let now = Date.now();
  using history = History.open(disk.path, { now: () => now });
  assert.deepEqual(all(history).map(show), known.map(show));
  const unkept = history.append(data('two\n'));
  disk.remount('rw');
  now += RECALL_RETRY_MS;
  const mended = history.append(data('three\n'));
  assertRising([...known, ...unkept, ...mended]);
  assert.deepEqual(all(history).map(show), [...known, ...mended].map(show));
});
