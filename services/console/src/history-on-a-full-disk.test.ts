import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { History } from './history.ts';
import { data, show } from './testing/entries.ts';

const NO_LIMIT = { entries: Infinity, bytes: Infinity };
const BALLAST_BYTES = 128 * 1024;

/** A folder that holds 256 KiB, half of it taken. */
class SmallDisk implements AsyncDisposable {
  readonly #folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  /** Null where none can be made. */
  static async mount(): Promise<SmallDisk | null> {
    const folder = await TemporaryFolder.make();
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder.path]);
    if (mount.status !== 0) {
      await folder[Symbol.asyncDispose]();
      return null;
    }
    const self = new SmallDisk(folder);
    writeFileSync(folder.file('ballast'), Buffer.alloc(BALLAST_BYTES));
    return self;
  }

  get history(): string {
    return this.#folder.file('history');
  }

  makeRoom(): void {
    rmSync(this.#folder.file('ballast'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.equal(spawnSync('umount', ['--lazy', this.#folder.path]).status, 0);
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Appends until the disk takes no more, not even little. Returns what followers saw. */
function fill(history: History): readonly ConsoleEntry[] {
  const live: ConsoleEntry[] = [];
  for (const bytes of [8192, 256, 1]) {
    for (let refused = 0; refused < 3; refused = history.isWritten ? 0 : refused + 1)
      live.push(...history.append(data(`${'x'.repeat(bytes)}\n`)));
  }
  assert.ok(!history.isWritten);
  return live;
}

/** Each step in the numbers is followed by a gap. */
function assertGapsShown(entries: readonly ConsoleEntry[]): void {
  for (const [index, { seq, entry }] of entries.entries()) {
    const isStep = seq !== (entries[index - 1]?.seq ?? 0) + 1;
    if (isStep) assert.equal(entry.kind, 'gap', `a step before ${seq}`);
  }
}

it('a history on a full disk goes on, and shows a gap once there is room again', async (t) => {
  await using disk = await SmallDisk.mount();
  if (disk === null) return t.skip('not run here: a small disk needs the right to mount one');
  const history = History.open(disk.history);
  const live = [...fill(history)];
  const kept = history.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries;
  assert.ok(kept.length > 0 && kept.length < live.length);

  disk.makeRoom();
  const mended = history.append(data('room again\n'));
  live.push(...mended);
  assert.deepEqual(mended.map(show), [`${live.length - 1} <gap>`, `${live.length} room again`]);
  assert.deepEqual(
    live.map(({ seq }) => seq),
    live.map((_, index) => index + 1),
  );
  const found = history.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries;
  assert.deepEqual(found.map(show), [...kept, ...mended].map(show));
  assertGapsShown(found);
  history[Symbol.dispose]();

  using again = History.open(disk.history);
  assert.deepEqual(
    again.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries.map(show),
    found.map(show),
  );
  assert.deepEqual(again.append(data('next\n')).map(show), [`${live.length + 1} next`]);
});

it('a history that was begun on a full disk shows no gap where nothing was printed', async (t) => {
  await using disk = await SmallDisk.mount();
  if (disk === null) return t.skip('not run here: a small disk needs the right to mount one');
  fill(History.open(`${disk.history}-of-another`));
  using history = History.open(disk.history);
  assert.equal(history.isWritten, false);
  disk.makeRoom();
  const [entry, ...more] = history.append(data('line\n'));
  assert.match(entry === undefined ? '' : show(entry), /^\d+ line$/);
  assert.deepEqual(more, []);
});

it('a history whose disk was full to the last does not use a number twice that was published', async (t) => {
  for (const isBegun of [true, false]) {
    await using disk = await SmallDisk.mount();
    if (disk === null) return t.skip('not run here: a small disk needs the right to mount one');
    if (!isBegun) fill(History.open(`${disk.history}-of-another`));
    // As one that was killed: it does not come to rest.
    const live = isBegun
      ? fill(History.open(disk.history))
      : History.open(disk.history).append(data('x\n'.repeat(100)));
    disk.makeRoom();
    // A process takes longer than that to be there again.
    using again = History.open(disk.history, { now: () => Date.now() + 100 });
    const [next] = again.append(data('next\n'));
    assert.ok((next?.seq ?? 0) > (live.at(-1)?.seq ?? Infinity));
    const found = again.read({ kind: 'after', seq: 0 }, NO_LIMIT).entries;
    assertGapsShown(found);
    assert.equal(found.at(-2)?.entry.kind, 'gap');
    using third = History.open(disk.history);
    assert.equal(third.append(data('last\n'))[0]?.seq, (next?.seq ?? 0) + 1);
  }
});

it('a line under way on a full disk is neither lost nor joined with another', async (t) => {
  await using disk = await SmallDisk.mount();
  if (disk === null) return t.skip('not run here: a small disk needs the right to mount one');
  const history = History.open(disk.history);
  fill(history);
  assert.deepEqual(history.append(data('half')), []);
  disk.makeRoom();
  const entries = history.append(data('rest\n')).map((entry) => show(entry).replace(/^\d+ /, ''));
  assert.deepEqual(entries, ['half', '<gap>', 'rest']);
  history[Symbol.dispose]();
  using again = History.open(disk.history);
  const last = again.read({ kind: 'count', count: 3 }, NO_LIMIT).entries;
  assert.deepEqual(
    last.map((entry) => show(entry).replace(/^\d+ /, '')),
    ['half', '<gap>', 'rest'],
  );
});
