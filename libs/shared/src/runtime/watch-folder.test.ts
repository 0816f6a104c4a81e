import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { TemporaryFolder } from './testing/temporary-folder.ts';
import { FolderWatch, type WatchFolderOptions } from './watch-folder.ts';

/** So long that only the kernel's hints and calls of `scan` matter. */
const NEVER_MS = 2 ** 30;

/** What a watch hands over, and a gate that keeps a scan from ending. */
class Scans {
  readonly seen: (readonly string[])[] = [];
  readonly defects: unknown[] = [];
  gate: Promise<void> = Promise.resolve();
  #underWay = 0;
  #wake: () => void = () => undefined;

  options(path: string, rescanMs = NEVER_MS): WatchFolderOptions {
    return {
      path,
      rescanMs,
      onScan: async (names) => {
        this.#underWay += 1;
        assert.equal(this.#underWay, 1);
        this.seen.push(names.toSorted());
        this.#wake();
        await this.gate;
        this.#underWay -= 1;
      },
      onDefect: (error) => {
        this.defects.push(error);
        this.#wake();
      },
    };
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async untilSeen(name: string): Promise<void> {
    await this.until(() => this.seen.at(-1)?.includes(name) ?? false);
  }
}

/** Keeps scans from ending until the returned function is called. */
function close(scans: Scans): () => void {
  let open: () => void = () => undefined;
  scans.gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

describe('a watched folder', () => {
  it('is scanned at once', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('a'), '');
    const scans = new Scans();
    await using _ = await FolderWatch.start(scans.options(folder.path));
    assert.deepEqual(scans.seen, [['a']]);
  });

  it('shows what is renamed into it', async () => {
    await using folder = await TemporaryFolder.make();
    await mkdir(folder.file('watched'));
    await writeFile(folder.file('draft'), '');
    const scans = new Scans();
    await using _ = await FolderWatch.start(scans.options(folder.file('watched')));
    await rename(folder.file('draft'), folder.file('watched/a'));
    await scans.untilSeen('a');
  });

  it('shows all of many that come at once, in few scans and one at a time', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    await using _ = await FolderWatch.start(scans.options(folder.path));
    const open = close(scans);
    const names = Array.from({ length: 500 }, (_, i) => `file-${i}`).toSorted();
    await Promise.all(names.map((name) => writeFile(folder.file(name), '')));
    open();
    await scans.until(() => scans.seen.at(-1)?.length === names.length);
    assert.deepEqual(scans.seen.at(-1), names);
    assert.ok(scans.seen.length < 50, `${scans.seen.length} scans`);
  });

  it('is not scanned for names of no concern, nor for each of those that come while it rests', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    const options = { ...scans.options(folder.path), patienceMs: 50 };
    const isOfNoConcern = (name: string): boolean => name.startsWith('.');
    await using _ = await FolderWatch.start({ ...options, isOfNoConcern });
    for (let times = 0; times < 20; times += 1) await writeFile(folder.file(`.${times}`), '');
    for (let times = 0; times < 20; times += 1) await writeFile(folder.file(`file-${times}`), '');
    await scans.untilSeen('file-19');
    assert.ok(scans.seen.length < 10, `${scans.seen.length} scans`);
    assert.ok(scans.seen.length > 1);
  });

  it('is scanned now and then even if the kernel says nothing', async () => {
    await using folder = await TemporaryFolder.make();
    await mkdir(folder.file('watched'));
    const scans = new Scans();
    await using _ = await FolderWatch.start(scans.options(folder.file('watched'), 10));
    // The kernel goes on watching the folder that was there, wherever it is now.
    await rename(folder.file('watched'), folder.file('elsewhere'));
    await mkdir(folder.file('watched'));
    await writeFile(folder.file('watched/a'), '');
    await scans.untilSeen('a');
  });

  it('goes on being scanned after a scan that failed, which is told', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    await using watch = await FolderWatch.start({
      ...scans.options(folder.path),
      onScan: async (names) => {
        scans.seen.push(names);
        if (scans.seen.length === 1) throw new Error('no');
      },
    });
    assert.deepEqual(scans.defects, [new Error('no')]);
    await watch.scan();
    assert.equal(scans.seen.length, 2);
  });

  it('that is not there cannot be watched', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    await assert.rejects(FolderWatch.start(scans.options(folder.file('missing'))), {
      code: 'ENOENT',
    });
  });
});

describe('a scan that is asked for', () => {
  it('while another is under way begins after that one, and sees what was there when it was asked for', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    await using watch = await FolderWatch.start(scans.options(folder.path));
    const open = close(scans);
    const first = watch.scan();
    await scans.until(() => scans.seen.length === 2);
    await writeFile(folder.file('a'), '');
    const second = watch.scan();
    assert.deepEqual(scans.seen.at(-1), []);
    open();
    await first;
    await second;
    assert.deepEqual(scans.seen.at(-1), ['a']);
  });

  it('by many while another is under way is one scan for all of them', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    await using watch = await FolderWatch.start(scans.options(folder.path));
    const open = close(scans);
    const asked = Array.from({ length: 10 }, async () => await watch.scan());
    open();
    await Promise.all(asked);
    assert.equal(scans.seen.length, 3);
  });
});

describe('a watch that is closed', () => {
  it('waits for the scan under way and begins no other', async () => {
    await using folder = await TemporaryFolder.make();
    const scans = new Scans();
    const watch = await FolderWatch.start(scans.options(folder.path));
    const open = close(scans);
    let isClosed = false;
    const [first, second] = [watch.scan(), watch.scan()];
    const closing = watch[Symbol.asyncDispose]().then(() => (isClosed = true));
    await scans.until(() => scans.seen.length === 2);
    assert.equal(isClosed, false);
    open();
    await Promise.all([first, second, closing, watch.scan()]);
    assert.equal(scans.seen.length, 2);
  });
});
