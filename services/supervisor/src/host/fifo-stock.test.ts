import assert from 'node:assert/strict';
import { chownSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FifoStock } from './fifo-stock.ts';

let folder: string;
let stock: FifoStock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-fifos-'));
  stock = new FifoStock(join(folder, 'fifos'), '/usr/bin:/bin');
});
afterEach(async () => await rm(folder, { recursive: true }));

async function life(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

describe('a stock of fifos', () => {
  it('gives each of many lives a pair of its own, which its group may use', async () => {
    const lives = await Promise.all(Array.from({ length: 300 }, (_, n) => life(`life-${n}`)));
    if (process.getuid?.() === 0) for (const path of lives) chownSync(path, -1, 4321);
    await Promise.all(lives.map(async (path) => await stock.give(path)));
    const inodes = new Set<number>();
    for (const path of lives) {
      assert.deepEqual((await readdir(path)).toSorted(), ['drain', 'fifo']);
      for (const name of ['drain', 'fifo']) {
        const { ino, mode, gid } = statSync(join(path, name));
        assert.equal(mode, 0o010_660);
        assert.equal(gid, statSync(path).gid);
        inodes.add(ino);
      }
    }
    assert.equal(inodes.size, 600);
  });

  it('begins with nothing of what an earlier one left', async () => {
    await mkdir(join(folder, 'fifos'));
    await writeFile(join(folder, 'fifos', '0-fifo'), 'no fifo');
    await stock.give(await life('one'));
    assert.ok(statSync(join(folder, 'one', 'fifo')).isFIFO());
  });

  it('says why it has none, and has some when they can be made', async () => {
    const nowhere = new FifoStock(join(folder, 'none'), '/nowhere');
    const failure = { code: 'TENDER_FAILED', message: /mkfifo ENOENT/ };
    await assert.rejects(nowhere.give(await life('one')), failure);
    await stock.give(await life('two'));
  });
});
