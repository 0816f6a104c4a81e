import { CONSOLES_PER_PAGE_MAX, type ConsoleEntry } from '@albatross/shared/contracts/console';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import {
  parseUnikernelName,
  ROOT,
  wireForm,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEAD_PER_PATH_MAX, Histories } from './histories.ts';
import { data, show } from './testing/entries.ts';
import { openBelow } from './testing/open-below.ts';

const MIB = 1024 * 1024;
const NO_LIMIT = { entries: Infinity, bytes: Infinity };

/** Histories of names that live as a test says. */
class Archive implements Disposable {
  readonly live = new Set<string>();
  readonly complaints: string[] = [];
  readonly histories: Histories;
  readonly folder: string;

  constructor(folder: string, { bytesMax = 2 ** 40, graceMs = 0 } = {}) {
    const log = {
      error: assert.fail,
      warn: (event: string) => void this.complaints.push(event),
      info: assert.fail,
      debug: assert.fail,
    };
    this.folder = folder;
    this.histories = new Histories({ folder, bytesMax, graceMs }, { live: this.live, log });
  }

  /** One that nothing is read under any more, last active at that time. */
  print(name: string, at: number, text = 'line\n'): readonly ConsoleEntry[] {
    const parsed = parseUnikernelName(name);
    const entries = this.histories.open(parsed).append(data(text, at));
    this.histories.written(parsed);
    return entries;
  }

  end(name: string): void {
    this.live.delete(name);
    this.histories.rest(parseUnikernelName(name));
  }

  get names(): readonly string[] {
    return readdirSync(this.folder).toSorted();
  }

  get bytesOnDisk(): number {
    const files = readdirSync(this.folder).flatMap((name) =>
      readdirSync(join(this.folder, name)).map((file) => join(this.folder, name, file)),
    );
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  }

  [Symbol.dispose](): void {
    this.histories[Symbol.dispose]();
  }
}

/** A history as an earlier console left it. */
function leave(folder: string, name: string, at: number, bytes = 100): void {
  const path = join(folder, wireForm(parseUnikernelName(name)));
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, '0'), Buffer.alloc(bytes));
  utimesSync(join(path, '0'), at / 1000, at / 1000);
}

const listed = (archive: Archive, path: string, after?: UnikernelName): readonly string[] =>
  archive.histories.list(path as PathName, after).consoles.map(({ name }) => name);

describe('the histories of a path', () => {
  it('are so many of names that are dead, the newest by their last activity', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path);
    archive.histories.ready();
    const count = DEAD_PER_PATH_MAX + 3;
    for (let index = 0; index < count; index += 1) {
      archive.live.add(`name${index}`);
      archive.print(`name${index}`, index === 0 ? 1000 : index);
    }
    archive.print('foo:other', 1);
    assert.equal(archive.names.length, count + 1);
    for (let index = 0; index < count; index += 1) archive.end(`name${index}`);
    const gone = [':name1', ':name2', ':name3'];
    assert.equal(archive.names.length, DEAD_PER_PATH_MAX + 1);
    assert.deepEqual(
      gone.filter((name) => archive.names.includes(name)),
      [],
    );
    assert.ok(archive.names.includes(':name0') && archive.names.includes('foo:other'));
    assert.equal(archive.histories.has(parseUnikernelName('name1')), false);
  });

  it('that live are not counted, however many they are', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path);
    archive.histories.ready();
    for (let index = 0; index < 3 * DEAD_PER_PATH_MAX; index += 1) {
      archive.live.add(`name${index}`);
      archive.print(`name${index}`, index);
    }
    archive.end('name0');
    assert.equal(archive.names.length, 3 * DEAD_PER_PATH_MAX);
  });

  it('that lived and ended at the same time do not all stay open', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path);
    archive.histories.ready();
    const names = Array.from({ length: 200 }, (_, index) => `path${index % 8}:name${index}`);
    for (const name of names) {
      archive.live.add(name);
      archive.print(name, 1);
    }
    assert.equal(openBelow(folder.path), names.length);
    for (const name of names) archive.end(name);
    assert.equal(openBelow(folder.path), 64);
  });

  it('that were found at the start are spared until their unikernels had time to start', async () => {
    await using folder = await TemporaryFolder.make();
    for (let index = 0; index < 40; index += 1) leave(folder.path, `name${index}`, index * 1000);
    {
      using archive = new Archive(folder.path, { graceMs: 10 ** 9 });
      archive.histories.ready();
      archive.live.add('new');
      archive.print('new', 1);
      archive.end('new');
      assert.equal(archive.names.length, 41);
    }
    using archive = new Archive(folder.path, { graceMs: 1 });
    archive.histories.ready();
    await eventually('they are removed', () => archive.names.length === DEAD_PER_PATH_MAX);
    assert.ok(!archive.names.includes(':name0') && archive.names.includes(':name39'));
  });

  it('begin beyond all numbers they had when one was removed and comes again', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path);
    archive.histories.ready();
    archive.print('again', 1, 'x\n'.repeat(100));
    for (let index = 0; index <= DEAD_PER_PATH_MAX; index += 1) archive.print(`name${index}`, 10);
    assert.equal(existsSync(folder.file(':again')), false);
    const [entry] = archive.print('again', 20);
    assert.ok((entry?.seq ?? 0) > 1_000_000);
  });
});

describe('all histories together', () => {
  const text = 'x'.repeat(1023).concat('\n').repeat(64);
  const fill = (archive: Archive, name: string, mib: number, at: number): void => {
    for (let bytes = 0; bytes < mib * MIB; bytes += text.length) archive.print(name, at, text);
  };

  it('have so many bytes, and the oldest dead ones go first', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path, { bytesMax: 3.5 * MIB });
    archive.histories.ready();
    archive.live.add('living');
    fill(archive, 'old', 1, 1);
    fill(archive, 'newer', 1, 3);
    fill(archive, 'older', 1, 2);
    fill(archive, 'living', 1.9, 4);
    assert.deepEqual(archive.names, [':living', ':newer']);
    assert.ok(archive.bytesOnDisk <= 3.5 * MIB);
    assert.equal(archive.histories.counts.bytesKept, archive.bytesOnDisk);
  });

  it('of the living lose the older files of the largest, when nothing else is left', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path, { bytesMax: 4 * MIB });
    archive.histories.ready();
    for (const name of ['a', 'b', 'c']) archive.live.add(name);
    const small = archive.print('a', 1);
    fill(archive, 'b', 1.5, 1);
    for (let round = 0; round < 10; round += 1) {
      fill(archive, 'c', 1, 1);
      assert.ok(archive.bytesOnDisk <= 4 * MIB + text.length, `${archive.bytesOnDisk}`);
      assert.equal(archive.histories.counts.bytesKept, archive.bytesOnDisk);
    }
    const read = archive.histories
      .open(parseUnikernelName('a'))
      .read({ kind: 'since', at: 0 }, NO_LIMIT);
    assert.deepEqual(read.entries.map(show), small.map(show));
    const { entries } = archive.histories
      .open(parseUnikernelName('c'))
      .read({ kind: 'since', at: 0 }, NO_LIMIT);
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      entries.map((_, index) => (entries[0]?.seq ?? 0) + index),
    );
  });

  it('are bounded also when each has little', async () => {
    await using folder = await TemporaryFolder.make();
    using archive = new Archive(folder.path, { bytesMax: MIB });
    archive.histories.ready();
    for (let round = 0; round < 5; round += 1) {
      for (let index = 0; index < 10; index += 1) {
        archive.live.add(`name${index}`);
        archive.print(`name${index}`, round, text);
        assert.ok(archive.bytesOnDisk <= MIB + text.length, `${archive.bytesOnDisk}`);
      }
    }
  });

  it('are bounded from the start, by what is found', async () => {
    await using folder = await TemporaryFolder.make();
    for (let index = 0; index < 5; index += 1)
      leave(folder.path, `p${index}:name`, index * 1000, MIB);
    using archive = new Archive(folder.path, { bytesMax: 3 * MIB });
    assert.equal(archive.names.length, 5);
    archive.histories.ready();
    assert.deepEqual(archive.names, ['p3:name', 'p4:name']);
  });
});

describe('a list of consoles', () => {
  it('has those at and below a path, by name, with what is known of them', async () => {
    await using folder = await TemporaryFolder.make();
    leave(folder.path, 'foo:dead', 5_000, 123);
    writeFileSync(folder.file('lock'), '');
    mkdirSync(folder.file('lost+found'));
    using archive = new Archive(folder.path);
    archive.histories.ready();
    for (const name of ['foo:bar:b', 'foobar:c', 'foo:a', 'root']) {
      archive.live.add(name);
      archive.print(name, 7_000);
    }
    assert.deepEqual(listed(archive, ':'), ['foo:a', 'foo:bar:b', 'foo:dead', 'foobar:c', 'root']);
    assert.deepEqual(listed(archive, 'foo:'), ['foo:a', 'foo:bar:b', 'foo:dead']);
    const { consoles, next } = archive.histories.list('foo:' as PathName);
    assert.equal(next, null);
    assert.deepEqual(consoles[2], { name: 'foo:dead', isActive: false, bytes: 123, lastAt: 5_000 });
    const size = statSync(folder.file('foo:a/1')).size;
    assert.deepEqual(consoles[0], { name: 'foo:a', isActive: true, bytes: size, lastAt: 7_000 });
  });

  it('is cut into pages, each name in one of them', async () => {
    await using folder = await TemporaryFolder.make();
    const count = 2 * CONSOLES_PER_PAGE_MAX + 1;
    for (let index = 0; index < count; index += 1) leave(folder.path, `p${index}:name`, 1_000);
    using archive = new Archive(folder.path);
    const pages: (readonly string[])[] = [];
    let after: UnikernelName | undefined;
    for (let next: UnikernelName | null | undefined; next !== null; after = next ?? undefined) {
      pages.push(listed(archive, ':', after));
      ({ next } = archive.histories.list(ROOT, after));
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [CONSOLES_PER_PAGE_MAX, CONSOLES_PER_PAGE_MAX, 1],
    );
    assert.equal(new Set(pages.flat()).size, count);
  });

  it('tells when something was last printed, also after it was read', async () => {
    await using folder = await TemporaryFolder.make();
    {
      using before = new Archive(folder.path);
      before.print('hello', 5_000);
    }
    utimesSync(folder.file(':hello/1'), 6, 6);
    using archive = new Archive(folder.path);
    assert.equal(archive.histories.list(ROOT).consoles[0]?.lastAt, 6_000);
    archive.histories.open(parseUnikernelName('hello'));
    assert.equal(archive.histories.list(ROOT).consoles[0]?.lastAt, 5_000);
    assert.equal(statSync(folder.file(':hello/1')).mtimeMs, 6_000);
  });
});
